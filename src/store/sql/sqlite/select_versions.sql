select s.stream, s.id, (select max(stream_version) from events where stream_id = s.id)
from json_each(?) as asked
cross join streams as s on s.stream = asked.value;
