-- 規則: when policies were entered.
select t.occurred_at as time, t.stream || ' ' || t.event as text, 'policy' as tags
from read_tables.timeline as t
where t.stream >= 'policy/' and t.stream < 'policy0' and t.stream <> 'policy/access'
  and cast(t.occurred_at at time zone 'Asia/Shanghai' as date) between $1 and $2
order by t.occurred_at, t.position
