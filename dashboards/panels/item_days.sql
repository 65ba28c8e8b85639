-- 用時: working days that promises of an item took which were redeemed in the period: half of them, nine of ten, the longest, and the promise.
select r.item as item, cast(max(r.n) as bigint) as number,
       min(case when r.up_to * 2 >= r.n then r.used end) as half,
       min(case when r.up_to * 10 >= r.n * 9 then r.used end) as nine_of_ten,
       max(r.used) as longest, max(r.allowed) as allowed
from (
  select u.item as item, u.used as used, u.allowed as allowed,
         sum(u.number) over (partition by u.item order by u.used) as up_to,
         sum(u.number) over (partition by u.item) as n
  from (
    select q.item as item, q.used_working_days as used, max(q.limit_count) as allowed,
           count(*) as number
    from read_tables.deadline_clocks as q
    {joined}
    where q.kind = 'promised' and q.ending = 'done' and q.used_working_days is not null
      and q.limit_unit = 'working_days' and q.ended_on >= $1 and q.ended_on <= $2 and {chosen}
    group by q.item, q.used_working_days
  ) as u
) as r
group by r.item
order by number desc, r.item
limit 100
