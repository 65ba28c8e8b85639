-- 紅黃牌: cards issued by a day, by how they stand then.
select site, level,
       case
         when withdrawn_on <= $1 then 'withdrawn'
         when closed_on <= $1 then 'closed'
         else 'standing'
       end,
       count(*)
from read_tables.cards
where issued_on <= $1
group by 1, 2, 3
