-- 用時占比: promises redeemed in the period by the share of the promised working days that they took; promises of no day have no share.
select b.band as band, count(r.share) as number
from (
  select 1 as at, '≤25%' as band, -1.0 as above, 0.25 as up_to
  union all select 2, '25–50%', 0.25, 0.5
  union all select 3, '50–75%', 0.5, 0.75
  union all select 4, '75–90%', 0.75, 0.9
  union all select 5, '90–100%', 0.9, 1.0
  union all select 6, '100–125%', 1.0, 1.25
  union all select 7, '>125%', 1.25, 1000000.0
) as b
left join (
  select q.used_working_days * 1.0 / (q.limit_count + q.extended_by) as share
  from read_tables.deadline_clocks as q
  {joined}
  where q.kind = 'promised' and q.ending = 'done' and q.used_working_days is not null
    and q.limit_unit = 'working_days' and q.limit_count > 0
    and q.ended_on >= $1 and q.ended_on <= $2 and {chosen}
) as r on r.share > b.above and r.share <= b.up_to
group by b.at, b.band
order by b.at
