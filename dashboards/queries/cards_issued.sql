-- 發牌: cards that fell due in the period, or were issued in it by a person, by level.
select site, key as object, level as part, points_hundredths as amount,
       grounds as acts
from read_tables.cards
where counts_on >= $1 and counts_on <= $2
