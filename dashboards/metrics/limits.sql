-- 時限: limits whose outcome is certain on a day: ended in time, or passed while they ran.
select site, kind,
       case when ended_on <= $1 and ended_on <= due_on then 'met' else 'missed' end,
       count(*)
from read_tables.deadline_clocks
where kind in ('receipt', 'promised', 'statutory') and arises_on <= $1 and due_on is not null
  and not (ended_on is not null and ended_on < started_on)
  and case
    when ended_on <= $1 then ending = 'done' or ended_on > due_on
    else due_on < $1
      and not (paused_since <= $1 and (pause_counts_until is null or pause_counts_until >= $1)
        and ended_on is null)
  end
group by 1, 2, 3
