-- 答覆: cards whose answer was due in the period; one that was withdrawn or closed by that day owed none.
select cards.site, cards.key as object,
       case
         when clocks.ended_on is null or clocks.ended_on > $2 or clocks.ending = 'stopped'
           then 'unanswered'
         when clocks.ended_on <= clocks.due_on then 'in_time'
         else 'late'
       end as part,
       cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.cards as cards
join read_tables.deadline_clocks as clocks
  on clocks.key = cards.key and clocks.kind = 'card_reply'
where clocks.due_on >= $1 and clocks.due_on <= $2
  and not (coalesce(clocks.ending = 'stopped', false) and clocks.ended_on <= clocks.due_on)
