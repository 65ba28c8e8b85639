-- 四級網絡: the sites of each part of a place, and those at work.
select substr(site, 1, cast($3 as integer)) as part, count(*) as sites,
    cast(sum(case when first_operating_on <= $4 then 1 else 0 end) as bigint) as operating
from read_tables.coverage_sites
where site >= $1 and site <= $2
group by substr(site, 1, cast($3 as integer))
order by part
