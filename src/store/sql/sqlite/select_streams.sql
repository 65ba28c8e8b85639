select stream, position, envelope, leaf
from events
where stream > ? and stream >= ? and stream < ? and position <= ?
order by stream, stream_version
limit ?;
