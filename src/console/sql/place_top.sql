-- 最高一級: the sites of the city's own level.
select site from read_tables.coverage_sites
where level = 'municipal' and site >= $1 and site <= $2
order by site limit 2
