-- 受理節律: cases accepted in the period by the hour of the city's clocks and the day of the week.
select cast(strftime('%H', a.at) as integer) as hour,
       sum(case when strftime('%w', a.at) = '1' then 1 else 0 end) as monday,
       sum(case when strftime('%w', a.at) = '2' then 1 else 0 end) as tuesday,
       sum(case when strftime('%w', a.at) = '3' then 1 else 0 end) as wednesday,
       sum(case when strftime('%w', a.at) = '4' then 1 else 0 end) as thursday,
       sum(case when strftime('%w', a.at) = '5' then 1 else 0 end) as friday,
       sum(case when strftime('%w', a.at) = '6' then 1 else 0 end) as saturday,
       sum(case when strftime('%w', a.at) = '0' then 1 else 0 end) as sunday
from (
  select datetime(q.occurred_at / 1000000, 'unixepoch', '+8 hours') as at
  from read_tables.timeline as q
  {joined}
  where q.event = 'case.ApplicationAccepted'
    and q.occurred_at >= (cast(strftime('%s', $1) as integer) - 28800) * 1000000
    and q.occurred_at < (cast(strftime('%s', $3) as integer) - 28800) * 1000000
    and {chosen}
) as a
group by cast(strftime('%H', a.at) as integer)
order by hour
