update checkpoints
set stopped_position = ?, last_error = ?
where name = ? and edition = ? and generation = ? and position = ?;
