-- 不到位經過: how flags moved in the period, site by site, the latest first.
select q.site as site, s.name as name, q.flag as flag, q.state as state, q.from_on as from_on,
       q.to_on as to_on, q.rule as rule
from read_tables.five_in_place as q
{joined}
where q.from_on >= $1 and q.from_on <= $2 and q.state in ('suspected', 'confirmed', 'cleared')
  and {chosen}
order by q.from_on desc, q.site, q.flag
limit 200
