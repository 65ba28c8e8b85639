-- 待決申訴: appeals that nobody has decided, the longest due first.
select q.key, q.level, q.appealed_on, q.decision_due_on, q.site, s.name, q.total
from (
    select key, level, appealed_on, decision_due_on, site, count(*) over () as total
    from read_tables.cards
    where appealed_on is not null and decided_on is null and appealed_on <= $3
        and issued_on >= $4 and site >= $1 and site <= $2
    order by decision_due_on, key
    limit 10
) as q
left join read_tables.coverage_sites as s on s.site = q.site
order by q.decision_due_on, q.key
