-- 在辦: cases that have come and not ended on a day, one line for each of their limits that runs.
select matters.site, matters.key, clocks.started_on, clocks.due_on, clocks.limit_unit,
       coalesce(clocks.limit_count, 0) + coalesce(clocks.extended_by, 0),
       case
         when clocks.paused_since <= $1
           and (clocks.pause_counts_until is null or clocks.pause_counts_until >= $1) then 1
         else 0
       end
from read_tables.deadline_matters as matters
left join read_tables.deadline_clocks as clocks
  on clocks.key = matters.key and (clocks.site || '') = matters.site
    and clocks.kind in ('receipt', 'promised', 'statutory')
    and clocks.arises_on <= $1 and (clocks.ended_on is null or clocks.ended_on > $1)
where matters.kind = 'case' and matters.entered_on <= $1
  and (matters.left_on is null or matters.left_on > $1)
