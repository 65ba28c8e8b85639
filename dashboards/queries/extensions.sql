-- 延期: extensions in the period, those that count and those that do not, with their working days.
select site, key as object, case when counts = 1 then 'counts' else 'void' end as part, working_days * 100 as amount,
       cast(position as text) as acts
from read_tables.deadline_extensions
where extended_on >= $1 and extended_on <= $2
