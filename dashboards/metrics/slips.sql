-- 督查單: slips issued by a day, by how they stand then.
select site,
       case
         when answered_on <= $1 then 'answered'
         when due_on < $1 then 'overdue'
         else 'not_due'
       end,
       count(*)
from read_tables.slips
where issued_on <= $1
group by 1, 2
