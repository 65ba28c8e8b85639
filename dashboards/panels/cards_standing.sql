-- 未了之牌: cards that were neither closed nor withdrawn on the last day, the gravest first.
select q.key as card, q.level as level, q.rule as rule, q.site as site, s.name as name,
       q.issued_on as issued_on, q.reply_due_on as reply_due_on, q.answered_on as answered_on
from read_tables.cards as q
{joined}
where q.issued_on <= $2 and (q.closed_on is null or q.closed_on > $2)
  and (q.withdrawn_on is null or q.withdrawn_on > $2)
  and q.level in ('yellow', 'red', 'serious') and {chosen}
order by case q.level when 'serious' then 0 when 'red' then 1 else 2 end, q.issued_on, q.key
limit 200
