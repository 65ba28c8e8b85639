-- 到期: open limits that fall due on a day, by case; those that a procedure holds are not counted.
select q.key, q.kind, q.due_on, q.site, q.item, s.name, q.total
from (
    select key, kind, due_on, site, item, count(*) over () as total
    from read_tables.deadline_clocks
    where ended_on is null and due_on >= $3 and due_on <= $4 and site >= $1 and site <= $2
        and kind in ('receipt', 'promised', 'statutory', 'lower_review', 'delivery')
        and arises_on <= $5
        and (paused_since is null or paused_since > $5 or pause_counts_until < $5)
    order by due_on, key
    limit 10
) as q
left join read_tables.coverage_sites as s on s.site = q.site
order by q.due_on, q.key
