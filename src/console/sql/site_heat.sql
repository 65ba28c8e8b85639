-- 行為日歷: how many acts a site entered on each day.
select cast((occurred_at at time zone 'Asia/Shanghai') as date) as day, count(*) as acts
from read_tables.timeline
where site >= $1 and site <= $2 and site = $3
    and occurred_at >= to_timestamp(cast($4 as double precision) / 1000000)
group by cast((occurred_at at time zone 'Asia/Shanghai') as date)
order by day
