update read_tables.checkpoints
set derived_key = $1
where name = $2 and edition = $3 and generation = $4 and derived_key is not distinct from $5;
