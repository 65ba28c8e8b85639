select
    e.position,
    e.stream,
    e.stream_version,
    e.event_id,
    e.event,
    e.occurred_at,
    e.recorded_at,
    e.envelope,
    e.leaf,
    e.stream_version = 1 or exists (
        select 1 from events as before
        where before.stream = e.stream
            and before.stream_version = e.stream_version - 1
            and before.position < e.position
    ) as follows
from events as e
where e.position > ? and e.position <= ?
order by e.position
limit ?;
