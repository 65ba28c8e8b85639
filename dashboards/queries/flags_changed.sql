-- 五個不到位變化: what became suspected, confirmed or cleared in the period.
select site, key as object, flag || '/' || state as part, recurrences as amount,
       evidence as acts
from read_tables.five_in_place
where state in ('suspected', 'confirmed', 'cleared') and from_on >= $1 and from_on <= $2
