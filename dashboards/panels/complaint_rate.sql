-- 千件投訴: complaints of the period for each thousand cases received in it, and what was found of those, by place.
select r.place as place, coalesce(max(u.name), r.place) as name,
       cast(sum(r.cases) as bigint) as cases, cast(sum(r.complaints) as bigint) as complaints,
       cast(sum(r.upheld) as bigint) as upheld,
       cast(sum(r.complaints) as double precision) * 1000 / nullif(sum(r.cases), 0) as per_thousand
from (
  select {place} as place, count(*) as cases, 0 as complaints, 0 as upheld
  from read_tables.deadline_matters as q
  {joined}
  where q.kind = 'case' and q.entered_on >= $1 and q.entered_on <= $2 and {chosen}
  group by {place}
  union all
  select {place}, 0, count(*),
         sum(case when q.finding in ('verified', 'partly_verified') and q.decided_on <= $2
                  then 1 else 0 end)
  from read_tables.complaints as q
  {joined}
  where q.received_on >= $1 and q.received_on <= $2 and {chosen}
  group by {place}
) as r
left join read_tables.coverage_sites as u on u.site = r.place
group by r.place
order by r.place
