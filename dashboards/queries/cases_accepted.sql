-- 受理: cases accepted in the period, by the window or by silence.
select site, key as object, case when deemed_accepted = 1 then 'deemed' else 'accepted' end as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.deadline_matters
where kind = 'case' and accepted_on >= $1 and accepted_on <= $2
