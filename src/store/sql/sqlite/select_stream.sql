select e.position, e.envelope, e.leaf
from streams as s
cross join events as e on e.stream_id = s.id
where s.stream = ? and e.stream_version > ?
order by e.stream_version
limit ?;
