-- 評價: reviews of the period by rating.
select site, key as object, rating as part, cast(null as bigint) as amount
from read_tables.reviews
where submitted_on >= $1 and submitted_on <= $2
