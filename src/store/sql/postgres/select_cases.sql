select m.key
from read_tables.deadline_matters as m
where m.key > $1 and m.key >= 'case/' and m.key < 'case0'
  and ($2::text is null or (m.site >= $2 and m.site < $3))
  and ($4::text is null or m.item = $4)
  and (not $5 or exists (
    select 1 from read_tables.deadline_clocks as c
    where c.key = m.key
      and ($6::date is null or c.due_on >= $6)
      and ($7::date is null or c.due_on <= $7)
      and ($8::date is null or c.ended_on is null or c.ended_on > $8)))
order by m.key
limit $9;
