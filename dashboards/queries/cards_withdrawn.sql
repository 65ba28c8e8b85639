-- 撤牌: cards withdrawn in the period, by the ground of the appeal.
select site, key as object, coalesce(appeal_ground, 'none') as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.cards
where withdrawn_on >= $1 and withdrawn_on <= $2
