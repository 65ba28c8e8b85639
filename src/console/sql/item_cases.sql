-- 流程: the acts of the latest cases of an item, case by case, in the order they happened.
select t.stream, t.event, m.decided_on, m.accepted_on
from (
    select key, decided_on, accepted_on
    from read_tables.deadline_matters
    where item = $3 and kind = 'case' and site >= $1 and site <= $2
    order by key desc
    limit 200
) as m
join read_tables.timeline as t on t.stream = m.key
order by t.stream, t.occurred_at, t.position
