select s.stream, e.position, e.envelope, e.leaf
from json_each(?) as asked
cross join streams as s on s.stream = asked.value
cross join events as e on e.stream_id = s.id
where e.position <= ?
order by s.stream, e.stream_version;
