select distinct s.stream
from chronicle.events as e
join chronicle.streams as s on s.id = e.stream_id
where e.position > $1 and s.stream >= $2 and s.stream < $3
order by s.stream;
