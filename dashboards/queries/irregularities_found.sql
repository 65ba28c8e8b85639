-- 異常: what showed as irregular in single matters in the period, by kind.
select site, key as object, kind as part, cast(null as bigint) as amount,
       positions as acts
from read_tables.irregularities
where arises_on >= $1 and arises_on <= $2
