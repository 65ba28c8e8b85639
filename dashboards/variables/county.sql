-- 縣區: what may be chosen as a county: each county, the city's own centre, and what no register names.
select c.site as __value, coalesce(c.name, c.site) as __text
from read_tables.coverage_sites as c
where c.level in ('municipal', 'county')
union all
select 'none' as __value, '未登记 not registered' as __text
order by 1
