-- 辦結: cases that ended in the period, by decision or otherwise.
select site, key as object, coalesce(outcome, closure) as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from (
  select site, key, handling, outcome, closure, deemed_accepted, accepted_on,
         coalesce(received_on, first_on) as entered_on,
         case
           when decided_on is null then closed_on
           when closed_on is null then decided_on
           when closed_on < decided_on then closed_on
           else decided_on
         end as left_on
  from read_tables.deadline_matters
  where kind = 'case' and site is not null
) as cases
where left_on >= $1 and left_on <= $2
