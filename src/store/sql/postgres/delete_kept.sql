delete from cabinet.kept where drawer = $1 and key = $2;
