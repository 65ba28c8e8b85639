-- 在辦: cases that had come and not ended on the last day.
select site, key as object, handling as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.deadline_matters
where kind = 'case' and entered_on <= $2 and (left_on is null or left_on > $2)
