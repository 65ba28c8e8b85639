-- 在辦期限: open limits of each part of a place, and those that have passed.
select substr(site, 1, cast($3 as integer)) as part, count(*) as open,
    cast(sum(case when due_on < $4 then 1 else 0 end) as bigint) as overdue
from read_tables.deadline_clocks
where ended_on is null and site >= $1 and site <= $2 and arises_on <= $4
    and kind in ('receipt', 'promised', 'statutory')
    and (paused_since is null or paused_since > $4 or pause_counts_until < $4)
group by substr(site, 1, cast($3 as integer))
