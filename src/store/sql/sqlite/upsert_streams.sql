insert into streams (id, stream, version, last_position)
select grown.value ->> 0, grown.value ->> 1, grown.value ->> 2, grown.value ->> 3
from json_each(?) as grown
where true
on conflict (id) do update set
    version = excluded.version,
    last_position = excluded.last_position;
