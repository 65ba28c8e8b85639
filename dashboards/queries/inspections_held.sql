-- 督查: inspections concluded in the period, with their scores.
select site, key as object, kind as part, score_hundredths as amount,
       cast(null as text) as acts
from read_tables.inspections
where concluded_on >= $1 and concluded_on <= $2
