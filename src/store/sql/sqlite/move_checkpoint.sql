update checkpoints
set position = ?, stopped_position = null, last_error = null
where name = ? and edition = ? and generation = ? and position = ? and role <> 'retired';
