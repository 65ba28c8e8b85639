-- 到期隊列: how many open limits fall due on each day. The index of open limits by site holds all
-- that is asked here, and the day is written so that no planner takes the one by day.
select due_on, count(*) as total
from read_tables.deadline_clocks
where ended_on is null and coalesce(due_on, due_on) >= $3 and coalesce(due_on, due_on) <= $4
    and site >= $1 and site <= $2
    and kind in ('receipt', 'promised', 'statutory', 'lower_review', 'delivery')
    and arises_on <= $5
    and (paused_since is null or paused_since > $5 or pause_counts_until < $5)
group by due_on
order by due_on
