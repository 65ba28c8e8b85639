select s.stream, s.id, s.version
from json_each(?) as asked
cross join streams as s on s.stream = asked.value;
