-- 每崗在辦: cases open on the last day at each site for each post that was filled on it, the most first; a site without a filled post has no figure and stands before the others.
select o.site as site, s.name as name, o.number as open, coalesce(p.posts, 0) as posts,
       cast(o.number as double precision) / p.posts as per_post
from (
  select q.site as site, count(*) as number
  from read_tables.deadline_matters as q
  {joined}
  where q.kind = 'case' and q.entered_on <= $2 and (q.left_on is null or q.left_on > $2)
    and {chosen}
  group by q.site
) as o
left join (
  select site, count(*) as posts
  from read_tables.coverage_posts
  where from_on <= $2 and (to_on is null or to_on > $2)
  group by site
) as p on p.site = o.site
left join read_tables.coverage_sites as s on s.site = o.site
order by case when p.posts is null then 0 else 1 end, per_post desc, o.number desc, o.site
limit 50
