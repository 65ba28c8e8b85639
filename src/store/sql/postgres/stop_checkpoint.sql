update read_tables.checkpoints
set stopped_position = $1, last_error = $2
where name = $3 and edition = $4 and generation = $5 and position = $6;
