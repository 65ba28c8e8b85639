-- 最近行為: what a site entered last.
select position, stream, event, "window", actor, entry, occurred_at, recorded_at
from read_tables.timeline
where site >= $1 and site <= $2 and site = $3
order by occurred_at desc, position desc
limit 30
