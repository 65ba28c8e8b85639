-- 投訴: complaints of the period by category.
select site, key as object, category as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.complaints
where received_on >= $1 and received_on <= $2
