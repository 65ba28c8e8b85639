-- 疑似不到位: flags that stand in a state, the longest first.
select q.site, q.flag, q.rule, q.from_on, s.name, q.total
from (
    select site, flag, rule, from_on, count(*) over () as total
    from read_tables.five_in_place
    where flag in ('premises', 'facilities', 'personnel', 'items', 'operation') and state = $3
        and from_on <= $4 and (to_on is null or to_on >= $4) and site >= $1 and site <= $2
    order by from_on, site, flag
    limit 10
) as q
left join read_tables.coverage_sites as s on s.site = q.site
order by q.from_on, q.site, q.flag
