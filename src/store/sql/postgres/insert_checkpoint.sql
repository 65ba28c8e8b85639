insert into read_tables.checkpoints (name, edition, generation, role, tables, position)
values ($1, $2, $3, $4, $5, 0);
