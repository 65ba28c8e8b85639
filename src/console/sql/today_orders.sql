-- 未整改: orders that are not fulfilled and whose day has passed, the longest first.
select q.key, q.order_code, q.flag, q.due_on, q.site, s.name, q.total
from (
    select key, order_code, flag, due_on, site, count(*) over () as total
    from read_tables.rectifications
    where rectified_on is null and due_on < $3 and site >= $1 and site <= $2
    order by due_on, key
    limit 10
) as q
left join read_tables.coverage_sites as s on s.site = q.site
order by q.due_on, q.key
