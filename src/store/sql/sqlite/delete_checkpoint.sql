delete from checkpoints
where name = ? and edition = ? and generation = ? and role = ?;
