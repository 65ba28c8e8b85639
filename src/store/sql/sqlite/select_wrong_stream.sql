select coalesce(held.stream, s.stream), coalesce(held.last_position, s.last_position, 0)
from (
    select stream, max(stream_version) as version, max(position) as last_position
    from events
    group by stream
) as held
full join streams as s on s.stream = held.stream
where s.version is not held.version or s.last_position is not held.last_position
order by 2
limit 1;
