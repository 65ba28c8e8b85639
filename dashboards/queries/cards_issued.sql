-- 發牌: cards of the period by level.
select site, key as object, level as part, points_hundredths as amount,
       grounds as acts
from read_tables.cards
where issued_on >= $1 and issued_on <= $2
