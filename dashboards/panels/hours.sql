-- 受理節律: cases accepted in the period by the hour of the city's clocks and the day of the week.
select cast(extract(hour from a.at) as bigint) as hour,
       sum(case when extract(isodow from a.at) = 1 then 1 else 0 end) as monday,
       sum(case when extract(isodow from a.at) = 2 then 1 else 0 end) as tuesday,
       sum(case when extract(isodow from a.at) = 3 then 1 else 0 end) as wednesday,
       sum(case when extract(isodow from a.at) = 4 then 1 else 0 end) as thursday,
       sum(case when extract(isodow from a.at) = 5 then 1 else 0 end) as friday,
       sum(case when extract(isodow from a.at) = 6 then 1 else 0 end) as saturday,
       sum(case when extract(isodow from a.at) = 7 then 1 else 0 end) as sunday
from (
  select q.occurred_at at time zone 'Asia/Shanghai' as at
  from read_tables.timeline as q
  {joined}
  where q.event = 'case.ApplicationAccepted'
    and q.occurred_at >= cast($1 as timestamp) at time zone 'Asia/Shanghai'
    and q.occurred_at < cast($3 as timestamp) at time zone 'Asia/Shanghai'
    and {chosen}
) as a
group by cast(extract(hour from a.at) as bigint)
order by hour
