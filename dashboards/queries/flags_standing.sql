-- 五個不到位: what was suspected or confirmed on the last day.
select site, key as object, flag || '/' || state as part, recurrences as amount,
       evidence as acts
from read_tables.five_in_place
where state in ('suspected', 'confirmed') and from_on <= $2 and (to_on is null or to_on >= $2)
  and $1 <= $2
