update checkpoints set role = 'retired' where name = ? and role = 'serving';
