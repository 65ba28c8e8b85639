select m."key"
from deadline_matters m
where m."key" > ?1 and m."key" >= 'case/' and m."key" < 'case0'
  and (?2 is null or (m.site >= ?2 and m.site < ?3))
  and (?4 is null or m.item = ?4)
  and (?5 = 0 or exists (
    select 1 from deadline_clocks c
    where c."key" = m."key"
      and (?6 is null or c.due_on >= ?6)
      and (?7 is null or c.due_on <= ?7)
      and (?8 is null or c.ended_on is null or c.ended_on > ?8)))
order by m."key"
limit ?9
