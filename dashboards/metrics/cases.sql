-- 辦件: cases that have come by a day, and how many of them were accepted and finished by then.
select site,
       count(*),
       sum(case when accepted_on <= $1 then 1 else 0 end),
       sum(case when left_on <= $1 then 1 else 0 end)
from read_tables.deadline_matters
where kind = 'case' and entered_on <= $1
group by site
