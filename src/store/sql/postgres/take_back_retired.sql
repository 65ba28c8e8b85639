update read_tables.checkpoints
set role = 'filling', derived_key = null
where name = $1 and edition = $2 and generation = $3 and role = 'retired';
