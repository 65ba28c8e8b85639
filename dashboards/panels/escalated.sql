-- 升級: the share of yellow cards of the period that have led to a graver one.
select cast(sum(case when q.escalated_on is not null then 1 else 0 end) as double precision)
  / nullif(count(*), 0) as share
from read_tables.cards as q
{joined}
where q.level = 'yellow' and q.counts_on >= $1 and q.counts_on <= $2 and {chosen}
