-- 崗位: who filled the posts of a site, from when to when.
select post, from_on, to_on
from read_tables.coverage_posts
where site >= $1 and site <= $2 and site = $3 and from_on <= $4
order by post, from_on desc, to_on
limit 40
