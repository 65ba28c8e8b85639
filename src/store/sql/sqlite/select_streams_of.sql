select e.stream, e.position, e.envelope, e.leaf
from json_each(?) as asked
cross join events as e on e.stream = asked.value
where e.position <= ?
order by e.stream, e.stream_version;
