insert into streams (stream, version, last_position)
select grown.value ->> 0, grown.value ->> 1, grown.value ->> 2
from json_each(?) as grown
where true
on conflict (stream) do update set
    version = excluded.version,
    last_position = excluded.last_position;
