-- 超期未結: limits that had passed on the last day and whose matter had not ended.
select site, key as object, kind as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.deadline_clocks
where kind in ('receipt', 'promised', 'statutory') and arises_on <= $2
  and due_on < $2 and (ended_on is null or ended_on > $2) and $1 <= $2
