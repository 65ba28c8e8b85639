select e.position, e.envelope, e.leaf
from chronicle.events as e
where e.stream_id = (select id from chronicle.streams where stream = $1)
    and e.stream_version > $2
order by e.stream_version
limit $3;
