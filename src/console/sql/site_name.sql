select name from read_tables.coverage_sites where site = $1 limit 1
