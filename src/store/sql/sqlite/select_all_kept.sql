select key, body, version from kept where drawer = $1 and key > $2 order by key limit $3;
