select s.stream, e.position, e.envelope, e.leaf
from chronicle.streams as s
cross join lateral (
    select position, stream_version, envelope, leaf
    from chronicle.events
    where stream_id = s.id and position <= $4
    order by stream_version
) as e
where s.stream > $1 and s.stream >= $2 and s.stream < $3 and s.id <= $4
order by s.stream, e.stream_version
limit $5;
