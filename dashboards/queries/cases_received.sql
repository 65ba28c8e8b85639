-- 收件: cases that came in the period.
select site, key as object, handling as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.deadline_matters
where kind = 'case' and entered_on >= $1 and entered_on <= $2
