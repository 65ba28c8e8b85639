-- 未答督查單: slips without an answer, the longest due first.
select q.key, q.slip, q.colour, q.flag, q.due_on, q.site, s.name, q.total
from (
    select key, slip, colour, flag, due_on, site, count(*) over () as total
    from read_tables.slips
    where answered_on is null and issued_on <= $3 and site >= $1 and site <= $2
    order by due_on, key
    limit 10
) as q
left join read_tables.coverage_sites as s on s.site = q.site
order by q.due_on, q.key
