-- 承諾時限: promises that were redeemed in the period, early, on time or late, with the working days they were late.
select site, key as object,
       case
         when overdue_working_days > 0 then 'overdue'
         when ended_on < due_on then 'early'
         else 'on_time'
       end as part,
       overdue_working_days * 100 as amount,
       cast(null as text) as acts
from read_tables.deadline_clocks
where kind = 'promised' and ending = 'done' and due_on is not null
  and ended_on >= $1 and ended_on <= $2
