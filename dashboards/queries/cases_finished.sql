-- 辦結: cases that ended in the period, by decision or otherwise.
select site, key as object, coalesce(outcome, closure) as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.deadline_matters
where kind = 'case' and left_on >= $1 and left_on <= $2
