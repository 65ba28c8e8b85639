-- 五個不到位: every state of the flags of a site, the latest first.
select flag, state, from_on, to_on, rule, evidence, recurrences
from read_tables.five_in_place
where site >= $1 and site <= $2 and site = $3 and from_on <= $4
order by from_on desc, flag, state, rule, evidence
limit 60
