select site, coalesce(name, site), level
from read_tables.coverage_sites
order by site
