insert into checkpoints (name, edition, generation, role, tables, position, derived_key)
values (?, ?, ?, ?, ?, ?, ?);
