update cabinet.kept set body = $3, version = version + 1, ends_at = $4
where drawer = $1 and key = $2 and version = $5;
