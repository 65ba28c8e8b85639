-- 中心(室): one site.
select site, name, level, county, township, parent, planned_on, established_on, accepted_on,
    first_operating_on, target_on, posts_required
from read_tables.coverage_sites where site >= $1 and site <= $2 and site = $3
