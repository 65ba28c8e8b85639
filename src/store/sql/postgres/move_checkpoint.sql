update read_tables.checkpoints
set position = $1, stopped_position = null, last_error = null
where name = $2 and edition = $3 and generation = $4 and position = $5 and role <> 'retired';
