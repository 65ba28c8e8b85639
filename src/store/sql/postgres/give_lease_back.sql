update read_tables.leases set expires_at = '-infinity' where name = $1 and owner = $2;
