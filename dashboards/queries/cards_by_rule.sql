-- 發牌規則: cards of the period by the rule they cite.
select site, key as object, rule as part, points_hundredths as amount,
       grounds as acts
from read_tables.cards
where counts_on >= $1 and counts_on <= $2
