-- 投訴: complaints received by a day, by how they stand then.
select site,
       case
         when answered_on <= $1 or closed_on <= $1 then 'answered'
         when answer_due_on < $1 then 'overdue'
         else 'not_due'
       end,
       count(*)
from read_tables.complaints
where received_on <= $1
group by 1, 2
