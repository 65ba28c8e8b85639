-- 從未辦理: items that a site holds out and was found never to have handled, as the chronicle showed it up to the last day, the longest first.
select q.site as site, s.name as name, q.subject as item, q.arises_on as from_on
from read_tables.flag_evidence as q
{joined}
where q.rule = 'item_never_handled' and q.arises_on <= $2 and {chosen}
order by q.arises_on, q.site, q.subject
limit 200
