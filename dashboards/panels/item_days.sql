-- 用時: working days that promises of an item took which were redeemed in the period: half of them, nine of ten, the longest, and the promise.
select r.item as item, max(r.n) as number,
       min(case when r.at * 2 >= r.n then r.used end) as half,
       min(case when r.at * 10 >= r.n * 9 then r.used end) as nine_of_ten,
       max(r.used) as longest, max(r.allowed) as allowed
from (
  select q.item as item, q.used_working_days as used, q.limit_count as allowed,
         row_number() over (partition by q.item order by q.used_working_days, q.key) as at,
         count(*) over (partition by q.item) as n
  from read_tables.deadline_clocks as q
  {joined}
  where q.kind = 'promised' and q.ending = 'done' and q.used_working_days is not null
    and q.limit_unit = 'working_days' and q.ended_on >= $1 and q.ended_on <= $2 and {chosen}
) as r
group by r.item
order by number desc, r.item
limit 100
