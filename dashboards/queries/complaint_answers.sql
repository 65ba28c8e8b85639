-- 投訴答覆: complaints whose answer was due in the period; the refusal with reasons and the transfer are answers.
select complaints.site, complaints.key as object,
       case
         when clocks.ended_on is null or clocks.ended_on > $2 or clocks.ending = 'stopped'
           then 'unanswered'
         when clocks.ended_on <= clocks.due_on then 'in_time'
         else 'late'
       end as part,
       cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.complaints as complaints
join read_tables.deadline_clocks as clocks
  on clocks.key = complaints.key and clocks.kind = 'complaint_answer'
where clocks.due_on >= $1 and clocks.due_on <= $2
  and not (coalesce(clocks.ending = 'stopped', false) and clocks.ended_on <= clocks.due_on)
