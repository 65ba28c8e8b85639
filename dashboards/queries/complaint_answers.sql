-- 投訴答覆: complaints whose answer was due in the period.
select site, key as object,
       case
         when answered_on is null or answered_on > $2 then 'unanswered'
         when answered_on <= answer_due_on then 'in_time'
         else 'late'
       end as part,
       cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.complaints
where answer_due_on >= $1 and answer_due_on <= $2
