-- 不到位: what was suspected or confirmed on the last day, the longest first.
select q.site as site, s.name as name, q.flag as flag, q.state as state, q.from_on as from_on,
       q.recurrences as recurrences, q.rule as rule
from read_tables.five_in_place as q
{joined}
where q.state in ('suspected', 'confirmed') and q.from_on <= $2
  and (q.to_on is null or q.to_on >= $2) and {chosen}
order by q.from_on, q.site, q.flag
limit 200
