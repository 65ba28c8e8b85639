-- 責令整改: orders made by a day, by how they stand then.
select site,
       case
         when rectified_on <= $1 then 'rectified'
         when due_on < $1 then 'overdue'
         else 'not_due'
       end,
       count(*)
from read_tables.rectifications
where ordered_on <= $1
group by 1, 2
