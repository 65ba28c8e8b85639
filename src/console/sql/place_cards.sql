-- 發牌: yellow cards and graver ones since a day, for each part of a place.
select substr(site, 1, cast($3 as integer)) as part, level, count(*) as cards
from read_tables.cards
where issued_on >= $4 and issued_on <= $5 and withdrawn_on is null
    and level in ('yellow', 'red', 'serious') and site >= $1 and site <= $2
group by substr(site, 1, cast($3 as integer)), level
