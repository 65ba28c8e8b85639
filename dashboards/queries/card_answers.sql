-- 答覆: cards whose answer was due in the period.
select site, key as object,
       case
         when answered_on is null or answered_on > $2 then 'unanswered'
         when answered_on <= reply_due_on then 'in_time'
         else 'late'
       end as part,
       cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.cards
where reply_due_on >= $1 and reply_due_on <= $2
