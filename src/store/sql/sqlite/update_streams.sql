update streams
set version = grown.value ->> 1, last_position = grown.value ->> 2
from json_each(?) as grown
where streams.id = grown.value ->> 0;
