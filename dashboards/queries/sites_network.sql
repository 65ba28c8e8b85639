-- 網絡: sites by level that had reached each step by the last day; a site without a day for a plan counts as planned.
select site, 'site/' || site as object, level || '/planned' as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.coverage_sites
where (planned_on is null or planned_on <= $2) and $1 <= $2
union all
select site, 'site/' || site as object, level || '/established' as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.coverage_sites
where established_on <= $2 and $1 <= $2
union all
select site, 'site/' || site as object, level || '/accepted' as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.coverage_sites
where accepted_on <= $2 and $1 <= $2
union all
select site, 'site/' || site as object, level || '/operating' as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.coverage_sites
where first_operating_on <= $2 and $1 <= $2
