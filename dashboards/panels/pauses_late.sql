-- 到期日後停錶: pauses begun in the period on the day, or after it, on which the limit would have been due without them.
select q.key as matter, q.procedure as procedure, q.from_on as from_on, c.due_without_pauses as was_due_on,
       q.site as site, s.name as name
from read_tables.deadline_pauses as q
join read_tables.deadline_clocks as c
  on c.key = q.key and (c.site || '') = q.site and c.kind = 'promised'
    and c.due_without_pauses <= q.from_on
{joined}
where q.from_on >= $1 and q.from_on <= $2 and {chosen}
order by q.from_on desc, q.key
limit 100
