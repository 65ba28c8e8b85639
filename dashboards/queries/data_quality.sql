-- 數據質量: the data quality of units' months that lie in the period, in hundredths of a point.
select site, key as object, 'month' as part, quality_hundredths as amount,
       cast(null as text) as acts
from read_tables.score_totals
where period_kind = 'month' and period || '-01' >= cast($1 as text)
  and arises_on <= $3
  and quality_hundredths is not null
