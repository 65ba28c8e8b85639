-- 行為: where the act of an id stands.
select position from read_tables.timeline
where key = $3 and site >= $1 and site <= $2
limit 1
