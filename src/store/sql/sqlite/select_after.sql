select position, envelope, leaf
from events
where position > ?
order by position
limit ?;
