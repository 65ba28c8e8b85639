-- 五個不到位: what is suspected or confirmed of a site on a day.
select site, flag, state, count(*)
from read_tables.five_in_place
where state in ('suspected', 'confirmed') and from_on <= $1 and (to_on is null or to_on >= $1)
group by 1, 2, 3
