update read_tables.checkpoints
set role = 'serving', derived_key = null
where name = $1 and edition = $2 and generation = $3 and position = $4 and role = 'filling';
