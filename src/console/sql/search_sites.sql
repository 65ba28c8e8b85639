-- 中心(室): sites whose code begins with what was typed, or whose name holds it.
select site, name, level from read_tables.coverage_sites
where site >= $1 and site <= $2 and (site like $3 or name like $4 or name like $5)
order by site
limit 10
