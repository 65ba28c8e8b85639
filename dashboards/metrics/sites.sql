-- 站點: the sites that are planned by a day, with how far each has come.
select site, level, coalesce(county, site), coalesce(township, ''), coalesce(name, site),
       case
         when first_operating_on <= $1 then 'operating'
         when accepted_on <= $1 then 'accepted'
         when established_on <= $1 then 'established'
         else 'planned'
       end,
       first_operating_on
from read_tables.coverage_sites
where planned_on is null or planned_on <= $1
