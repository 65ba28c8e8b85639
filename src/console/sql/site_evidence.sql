-- 自動證據: what of the chronicle spoke against a site's flags last.
select flag, rule, subject, arises_on, positions, detail
from read_tables.flag_evidence
where site >= $1 and site <= $2 and site = $3 and arises_on <= $4
order by arises_on desc, flag, rule, subject, positions, detail
limit 20
