-- 評價覆蓋: of the cases that ended in the period, how many were reviewed by its last day, by place.
select c.place as place, coalesce(max(u.name), c.place) as name, count(*) as finished,
       cast(sum(c.rated) as bigint) as rated,
       cast(sum(c.rated) as double precision) / count(*) as share
from (
  select {place} as place, case when r.case_stream is null then 0 else 1 end as rated
  from read_tables.deadline_matters as q
  left join (
    select distinct case_stream from read_tables.reviews where submitted_on <= $2
  ) as r on r.case_stream = q.key
  {joined}
  where q.kind = 'case' and q.left_on >= $1 and q.left_on <= $2 and {chosen}
) as c
left join read_tables.coverage_sites as u on u.site = c.place
group by c.place
order by c.place
