-- 結轉: cases that were there before the period and had not ended.
select site, key as object, handling as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.deadline_matters
where kind = 'case' and entered_on < $1 and (left_on is null or left_on >= $1)
