-- 按期辦結: promises and statutes that ended between two days, and those kept. One index holds all
-- that is asked here.
select substr(site, 1, cast($3 as integer)) as part, count(*) as ended,
    cast(sum(case when ended_on <= due_on then 1 else 0 end) as bigint) as met
from read_tables.deadline_clocks
where ended_on >= $4 and ended_on <= $5 and site >= $1 and site <= $2
    and kind in ('promised', 'statutory') and ending = 'done'
    and (ended_on <= due_on) is not null
group by substr(site, 1, cast($3 as integer))
