-- 受理期限: receipts that were answered in the period, early, on time or late.
select site, key as object,
       case
         when overdue_working_days > 0 then 'overdue'
         when ended_on < due_on then 'early'
         else 'on_time'
       end as part,
       overdue_working_days * 100 as amount,
       cast(null as text) as acts
from read_tables.deadline_clocks
where kind = 'receipt' and ending = 'done' and due_on is not null
  and ended_on >= $1 and ended_on <= $2
