update checkpoints
set role = 'serving', derived_key = null
where name = ? and edition = ? and generation = ? and role = 'filling'
    and position >= coalesce(
        (select position from checkpoints as s where s.name = checkpoints.name and s.role = 'serving'),
        0
    );
