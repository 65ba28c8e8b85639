update checkpoints
set derived_key = ?
where name = ? and edition = ? and generation = ? and derived_key is ?;
