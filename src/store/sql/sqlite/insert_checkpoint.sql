insert into checkpoints (name, edition, generation, role, tables, position)
values (?, ?, ?, ?, ?, 0);
