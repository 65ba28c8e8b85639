-- `offset 0` keeps the position out of the inner search: the acts of a stream are found by its index,
-- whatever the statistics make of a bound that most acts lie below.
select s.stream, e.position, e.envelope, e.leaf
from chronicle.streams as s
cross join lateral (
    select position, stream_version, envelope, leaf
    from chronicle.events
    where stream_id = s.id
    order by stream_version
    offset 0
) as e
where s.stream > $1 and s.stream >= $2 and s.stream < $3 and s.id <= $4 and e.position <= $4
order by s.stream, e.stream_version
limit $5;
