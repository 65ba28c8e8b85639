select coalesce(s.stream, ''), coalesce(held.last_position, s.last_position, 0)
from (
    select stream_id, max(stream_version) as version, max(position) as last_position
    from events
    group by stream_id
) as held
full join streams as s on s.id = held.stream_id
where s.version is not held.version or s.last_position is not held.last_position
order by 2
limit 1;
