-- 崗位: the last act of a member of staff.
select actor, role, site, position from read_tables.timeline
where actor = $3 and site >= $1 and site <= $2
order by occurred_at desc, position desc
limit 1
