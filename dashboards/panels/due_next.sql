-- 臨近到期: limits that run on the last day, the nearest to their due day first.
select q.key as matter, q.kind as kind, q.due_on as due_on, q.site as site, s.name as name,
       q.item as item
from read_tables.deadline_clocks as q
{joined}
where q.kind in ('receipt', 'promised', 'statutory') and q.arises_on <= $2
  and (q.ended_on is null or q.ended_on > $2) and q.due_on is not null
  and not (coalesce(q.paused_since <= $2, false)
    and (q.pause_counts_until is null or q.pause_counts_until >= $2))
  and {chosen}
order by q.due_on, q.key, q.kind
limit 200
