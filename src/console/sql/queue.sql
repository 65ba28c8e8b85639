-- 到期隊列: how many open limits fall due on each day.
select due_on, count(*) as total
from read_tables.deadline_clocks
where ended_on is null and due_on >= $3 and due_on <= $4 and site >= $1 and site <= $2
    and kind in ('receipt', 'promised', 'statutory', 'lower_review', 'delivery')
    and arises_on <= $5
    and (paused_since is null or paused_since > $5 or pause_counts_until < $5)
group by due_on
order by due_on
