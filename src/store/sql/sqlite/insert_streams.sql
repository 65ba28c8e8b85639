insert into streams (id, stream)
select new.value ->> 0, new.value ->> 1
from json_each(?) as new;
