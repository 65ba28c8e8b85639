select s.stream, e.position, e.envelope, e.leaf
from streams as s
cross join events as e on e.stream_id = s.id
where s.stream > ?1 and s.stream <= ?2 and s.id <= ?3 and e.position <= ?3
order by s.stream, e.stream_version;
