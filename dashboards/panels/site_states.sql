-- 站點狀態: which sites were suspected (1) or confirmed (2) to be not in place, from when to when, the gravest and the longest first.
select q.site as site, s.name as name, max(case q.state when 'confirmed' then 2 else 1 end) as state,
       q.from_on as from_on, q.to_on as to_on
from read_tables.five_in_place as q
{joined}
where q.state in ('suspected', 'confirmed') and q.from_on <= $2
  and (q.to_on is null or q.to_on >= $1) and {chosen}
group by q.site, s.name, q.from_on, q.to_on
order by state desc, q.from_on, q.site
limit 40
