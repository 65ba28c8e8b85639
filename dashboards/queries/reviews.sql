-- 評價: reviews of the period by rating.
select site, key as object, rating as part, cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.reviews
where submitted_on >= $1 and submitted_on <= $2
