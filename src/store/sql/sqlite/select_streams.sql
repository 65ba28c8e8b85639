select s.stream, e.position, e.envelope, e.leaf
from streams as s
cross join events as e on e.stream_id = s.id
where s.stream > ?1 and s.stream >= ?2 and s.stream < ?3 and s.id <= ?4 and e.position <= ?4
order by s.stream, e.stream_version
limit ?5;
