-- 行為日歷: how many acts a site entered on each day.
select date(((occurred_at + 28800000000) / 86400000000) * 86400, 'unixepoch') as day,
    count(*) as acts
from read_tables.timeline
where site >= $1 and site <= $2 and site = $3 and occurred_at >= $4
group by (occurred_at + 28800000000) / 86400000000
order by day
