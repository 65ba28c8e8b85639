-- 辦理漏斗: how far the cases of a site have come that arrived since a day.
select count(*) as arrived,
    cast(sum(case when accepted_on <= $4 then 1 else 0 end) as bigint) as accepted,
    cast(sum(case when decided_on <= $4 then 1 else 0 end) as bigint) as decided,
    cast(sum(case when closed_on <= $4 then 1 else 0 end) as bigint) as closed
from read_tables.deadline_matters
where site >= $1 and site <= $2 and site = $3 and kind = 'case'
    and entered_on >= $5 and entered_on <= $4
