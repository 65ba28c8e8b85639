update checkpoints
set role = 'serving', derived_key = null
where name = ? and edition = ? and generation = ? and position = ? and role = 'filling';
