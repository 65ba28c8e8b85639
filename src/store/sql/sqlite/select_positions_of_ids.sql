select e.event_id, e.position
from json_each(?) as asked
cross join events as e on e.event_id = unhex(asked.value);
