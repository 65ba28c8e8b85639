update checkpoints
set role = 'filling', derived_key = null
where name = ? and edition = ? and generation = ? and role = 'retired';
