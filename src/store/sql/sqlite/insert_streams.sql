insert into streams (id, stream, version, last_position)
select new.value ->> 0, new.value ->> 1, new.value ->> 2, new.value ->> 3
from json_each(?) as new;
