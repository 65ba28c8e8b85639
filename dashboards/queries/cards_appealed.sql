-- 申訴: cards appealed in the period, by ground.
select site, key as object, appeal_ground as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.cards
where appealed_on >= $1 and appealed_on <= $2
