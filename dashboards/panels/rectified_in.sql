-- 整改用時: calendar days that orders took which were fulfilled in the period, by place: half of them, nine of ten, the longest, the longest that an order allowed, and how many were late.
select r.place as place, coalesce(max(u.name), r.place) as name, max(r.n) as number,
       min(case when r.at * 2 >= r.n then r.took end) as half,
       min(case when r.at * 10 >= r.n * 9 then r.took end) as nine_of_ten,
       max(r.took) as longest, max(r.allowed) as allowed,
       cast(sum(r.late) as bigint) as late
from (
  select o.place as place, o.took as took, o.allowed as allowed, o.late as late,
         row_number() over (partition by o.place order by o.took, o.key, o.order_code) as at,
         count(*) over (partition by o.place) as n
  from (
    select {place} as place, q.key as key, q.order_code as order_code,
           q.rectified_on - q.ordered_on as took, q.due_on - q.ordered_on as allowed,
           case when q.rectified_on > q.due_on then 1 else 0 end as late
    from read_tables.rectifications as q
    {joined}
    where q.rectified_on >= $1 and q.rectified_on <= $2 and {chosen}
  ) as o
) as r
left join read_tables.coverage_sites as u on u.site = r.place
group by r.place
order by r.place
