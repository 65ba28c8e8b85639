insert into read_tables.checkpoints
    (name, edition, generation, role, tables, position, derived_key)
values ($1, $2, $3, $4, $5, $6, $7);
