select e.position, e.envelope, e.leaf
from json_each(?) as asked
cross join events as e on e.position = asked.value
order by e.position;
