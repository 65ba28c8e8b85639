-- 證據: what of the chronicle spoke against a flag in the period, by rule.
select q.flag as flag, q.rule as rule, count(*) as number
from read_tables.flag_evidence as q
{joined}
where q.arises_on >= $1 and q.arises_on <= $2 and {chosen}
group by q.flag, q.rule
order by number desc, q.flag, q.rule
