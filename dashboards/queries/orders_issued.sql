-- 責令整改: orders of the period by flag.
select site, key as object, flag as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.rectifications
where ordered_on >= $1 and ordered_on <= $2
