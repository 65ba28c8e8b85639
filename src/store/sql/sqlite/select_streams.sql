select s.stream, e.position, e.envelope, e.leaf
from streams as s
cross join events as e on e.stream_id = s.id
where s.stream > ? and s.stream >= ? and s.stream < ? and e.position <= ?
order by s.stream, e.stream_version
limit ?;
