-- 靜默: sites at work whose last act that a window entered lies before a day. What is signed or
-- inspected there is no act of its windows. The last act is looked for at those sites alone.
select q.site, q.name, q.last_at, count(*) over () as total
from (
    select s.site, s.name,
        (select t.occurred_at from read_tables.timeline as t
         where t.site = s.site and t.entry <> 'engine'
            and (t.stream like 'case/%' or t.stream like 'window/%' or t.stream like 'site/%'
                or t.stream like 'item/%' or t.stream like 'staff/%')
         order by t.occurred_at desc limit 1) as last_at
    from read_tables.coverage_sites as s
    where s.first_operating_on <= $4 and s.site >= $1 and s.site <= $2
        and not exists (
            select 1 from read_tables.timeline as t
            where t.site = s.site and t.entry <> 'engine'
                and t.occurred_at >= $3
                and (t.stream like 'case/%' or t.stream like 'window/%' or t.stream like 'site/%'
                    or t.stream like 'item/%' or t.stream like 'staff/%'))
) as q
where q.last_at is not null
order by q.last_at, q.site
limit 10
