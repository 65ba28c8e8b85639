select s.stream, e.position, e.envelope, e.leaf
from chronicle.streams as s
join chronicle.events as e on e.stream_id = s.id
where s.stream = any($1) and e.position <= $2
order by s.stream, e.stream_version;
