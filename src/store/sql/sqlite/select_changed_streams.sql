select distinct s.stream
from events as e
cross join streams as s on s.id = e.stream_id
where e.position > ? and s.stream >= ? and s.stream < ?
order by s.stream;
