-- 整改到位: orders fulfilled in the period by flag.
select site, key as object, flag as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.rectifications
where rectified_on >= $1 and rectified_on <= $2
