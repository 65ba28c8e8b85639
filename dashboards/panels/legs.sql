-- 轉報鏈路: working days that the legs of reported-up cases and deliveries took which ended in the period, by level of the site: half of them, nine of ten, the longest, and how many were late.
select r.level as level, r.kind as kind, cast(max(r.n) as bigint) as number,
       min(case when r.up_to * 2 >= r.n then r.used end) as half,
       min(case when r.up_to * 10 >= r.n * 9 then r.used end) as nine_of_ten,
       max(r.used) as longest, cast(sum(r.late) as bigint) as late
from (
  select u.level as level, u.kind as kind, u.used as used, u.late as late,
         sum(u.number) over (partition by u.level, u.kind order by u.used) as up_to,
         sum(u.number) over (partition by u.level, u.kind) as n
  from (
    select coalesce(s.level, 'none') as level, q.kind as kind, q.used_working_days as used,
           count(*) as number,
           sum(case when q.overdue_working_days > 0 then 1 else 0 end) as late
    from read_tables.deadline_clocks as q
    {joined}
    where q.kind in ('lower_review', 'upper_leg', 'delivery') and q.ending = 'done'
      and q.used_working_days is not null and q.limit_unit = 'working_days'
      and q.ended_on >= $1 and q.ended_on <= $2 and {chosen}
    group by coalesce(s.level, 'none'), q.kind, q.used_working_days
  ) as u
) as r
group by r.level, r.kind
order by case r.level when 'village' then 0 when 'township' then 1 when 'county' then 2 else 3 end,
         case r.kind when 'lower_review' then 0 when 'upper_leg' then 1 else 2 end
