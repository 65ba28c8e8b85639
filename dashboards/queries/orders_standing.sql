-- 未整改: orders not fulfilled on the last day, overdue or not yet due.
select site, key as object, case when due_on < $2 then 'overdue' else 'not_due' end as part,
       cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.rectifications
where ordered_on <= $2 and (rectified_on is null or rectified_on > $2) and $1 <= $2
