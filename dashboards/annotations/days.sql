-- 節假日與調休: days off and make-up days of the State Council's notices, each as a stretch.
select cast(d.on_day as timestamp) at time zone 'Asia/Shanghai' as time,
       cast(d.on_day + 1 as timestamp) at time zone 'Asia/Shanghai' as "timeEnd",
       coalesce(d.festival, '') || case d.kind when 'off' then ' 放假 off' else ' 调休上班 make-up' end
         as text,
       d.kind as tags
from read_tables.calendar_days as d
where d.on_day >= $1 and d.on_day <= $2
order by d.on_day
