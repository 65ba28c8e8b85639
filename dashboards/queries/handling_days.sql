-- 辦理時長: working days used of the promise by what was decided in the period.
select site, key as object, case when used_working_days * 2 <= limit_count then 'half' else 'more' end as part,
       used_working_days * 100 as amount,
       cast(null as text) as acts
from read_tables.deadline_clocks
where kind = 'promised' and ending = 'done' and used_working_days is not null
  and ended_on >= $1 and ended_on <= $2
