-- 督查單: slips of the period by colour.
select site, key as object, colour as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.slips
where issued_on >= $1 and issued_on <= $2
