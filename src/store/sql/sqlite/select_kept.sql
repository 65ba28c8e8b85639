select body, version from kept where drawer = $1 and key = $2;
