-- 補傳: acts of the period by the time from the act to its record.
select b.band as band, coalesce(r.number, 0) as number
from (
  select 1 as at, '≤1 min' as band union all select 2, '≤1 h' union all select 3, '≤1 d'
  union all select 4, '≤3 d' union all select 5, '>3 d'
) as b
left join (
  select case when l.lag <= interval '1 minute' then 1 when l.lag <= interval '1 hour' then 2
              when l.lag <= interval '1 day' then 3 when l.lag <= interval '3 days' then 4
              else 5 end as at,
         count(*) as number
  from (
    select q.recorded_at - q.occurred_at as lag
    from read_tables.timeline as q
    {joined}
    where q.occurred_at >= cast($1 as timestamp) at time zone 'Asia/Shanghai'
      and q.occurred_at < cast($3 as timestamp) at time zone 'Asia/Shanghai'
      and {chosen}
  ) as l
  group by 1
) as r on r.at = b.at
order by b.at
