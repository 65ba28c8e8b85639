-- 補傳: acts of the period by the time from the act to its record.
select b.band as band, coalesce(r.number, 0) as number
from (
  select 1 as at, '≤1 min' as band union all select 2, '≤1 h' union all select 3, '≤1 d'
  union all select 4, '≤3 d' union all select 5, '>3 d'
) as b
left join (
  select case when l.lag <= 60 then 1 when l.lag <= 3600 then 2 when l.lag <= 86400 then 3
              when l.lag <= 259200 then 4 else 5 end as at,
         count(*) as number
  from (
    select (q.recorded_at - q.occurred_at) / 1000000.0 as lag
    from read_tables.timeline as q
    {joined}
    where q.occurred_at >= (cast(strftime('%s', $1) as integer) - 28800) * 1000000
      and q.occurred_at < (cast(strftime('%s', $3) as integer) - 28800) * 1000000
      and {chosen}
  ) as l
  group by 1
) as r on r.at = b.at
order by b.at
