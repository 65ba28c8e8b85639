-- 新牌: cards issued since a day, the gravest first.
select q.key, q.level, q.cause, q.issued_on, q.site, q.case_stream, s.name, q.total
from (
    select key, level, "trigger" as cause, issued_on, site, case_stream,
        case level when 'serious' then 0 when 'red' then 1 when 'yellow' then 2 else 3 end as rank,
        count(*) over () as total
    from read_tables.cards
    where issued_on >= $3 and issued_on <= $4 and site >= $1 and site <= $2
        and withdrawn_on is null
    order by rank, issued_on desc, key
    limit 10
) as q
left join read_tables.coverage_sites as s on s.site = q.site
order by q.rank, q.issued_on desc, q.key
