insert into checkpoints (name, edition, generation, role, position) values (?, ?, ?, ?, 0);
