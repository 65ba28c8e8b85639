select position, envelope, leaf
from chronicle.events
where position > $1
order by position
limit $2;
