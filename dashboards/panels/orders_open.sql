-- 未整改: orders that were not fulfilled on the last day, the longest due first.
select q.site as site, s.name as name, q.flag as flag, q.order_code as order_code,
       q.ordered_on as ordered_on, q.due_on as due_on, q.key as inspection
from read_tables.rectifications as q
{joined}
where q.ordered_on <= $2 and (q.rectified_on is null or q.rectified_on > $2) and {chosen}
order by q.due_on, q.site, q.order_code
limit 200
