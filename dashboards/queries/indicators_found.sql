-- 異常指標: what showed over many matters in the period, by rule.
select site, key as object, rule as part, cast(null as bigint) as amount,
       positions as acts
from read_tables.indicators
where arises_on >= $1 and arises_on <= $2
