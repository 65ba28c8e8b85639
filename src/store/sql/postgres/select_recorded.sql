select e.event_id, e.position, e.stream_version, e.recorded_at, e.leaf, e.envelope
from chronicle.event_ids as i
join chronicle.events as e on e.position = i.position
where i.event_id = any($1);
