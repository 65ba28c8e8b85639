-- 投訴認定: complaints decided in the period by what came out.
select site, key as object, finding as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.complaints
where decided_on >= $1 and decided_on <= $2 and finding is not null
