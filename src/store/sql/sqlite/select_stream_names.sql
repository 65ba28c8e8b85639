select s.stream, (select max(stream_version) from events where stream_id = s.id) as version
from streams as s
where s.stream > ? and s.id <= ?
order by s.stream
limit ?;
