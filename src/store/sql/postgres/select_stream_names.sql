select stream, version
from chronicle.streams
where stream > $1 and id <= $2
order by stream
limit $3;
