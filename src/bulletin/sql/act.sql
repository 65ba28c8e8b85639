select event, occurred_at, "window"
from read_tables.timeline
where position = $1
