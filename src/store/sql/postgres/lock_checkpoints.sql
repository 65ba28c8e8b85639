select name, edition, generation, role, position, derived_key, stopped_position, last_error, tables
from read_tables.checkpoints
where name = $1
order by generation
for update;
