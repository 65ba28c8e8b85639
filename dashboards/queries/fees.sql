-- 收費: money of the period in fen, by what was done with it.
select site, key as object, act as part, amount_fen as amount,
       cast(position as text) as acts
from read_tables.fees
where charged_on >= $1 and charged_on <= $2
