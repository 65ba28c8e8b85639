select position, envelope, leaf
from events
where stream = ? and stream_version > ?
order by stream_version
limit ?;
