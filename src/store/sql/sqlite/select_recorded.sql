select e.event_id, e.position, e.stream_version, e.recorded_at, e.leaf, e.envelope
from json_each(?) as asked
cross join events as e on e.event_id = unhex(asked.value);
