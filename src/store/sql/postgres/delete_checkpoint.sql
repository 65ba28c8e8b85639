delete from read_tables.checkpoints
where name = $1 and edition = $2 and generation = $3 and role = $4;
