-- 登記: the acts of the registers that speak of a site.
select position, fact
from read_tables.register_facts
where docket = $3 and $1 <= $2
order by position
limit 600
