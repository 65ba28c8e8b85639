select name, edition, generation, role, position, derived_key, stopped_position, last_error, tables
from checkpoints
where name = ?
order by generation;
