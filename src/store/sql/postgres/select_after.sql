select position, envelope, leaf
from chronicle.events
where position > $1 and position <= $1 + $2
order by position;
