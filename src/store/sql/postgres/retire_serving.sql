update read_tables.checkpoints set role = 'retired' where name = $1 and role = 'serving';
