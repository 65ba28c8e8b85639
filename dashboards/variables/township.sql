-- 鄉鎮: what may be chosen as a township of the counties that are chosen: each township, and the county's own centre.
select t.site as __value, coalesce(t.name, t.site) as __text
from read_tables.coverage_sites as t
where t.level in ('municipal', 'county', 'township')
  and coalesce(t.county, case when t.level = 'municipal' then t.site end, 'none') in ({county})
union all
select 'none' as __value, '未登记 not registered' as __text
order by 1
