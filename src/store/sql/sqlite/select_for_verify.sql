select position, stream, stream_version, event_id, event, occurred_at, recorded_at, envelope, leaf
from events
where position > ?
order by position
limit ?;
