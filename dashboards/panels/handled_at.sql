-- 事項結構: cases that ended in the period, by the level of the site that handled them.
select coalesce(s.level, 'none') as level, count(*) as number,
       sum(case when q.handling = 'report_up' then 1 else 0 end) as report_up
from read_tables.deadline_matters as q
{joined}
where q.kind = 'case' and q.left_on >= $1 and q.left_on <= $2 and {chosen}
group by coalesce(s.level, 'none')
order by level
