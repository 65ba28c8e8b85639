-- 延期: extensions in the period, with their working days.
select site, key as object, 'extension' as part, working_days * 100 as amount,
       cast(position as text) as acts
from read_tables.deadline_extensions
where extended_on >= $1 and extended_on <= $2
