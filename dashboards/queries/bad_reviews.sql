-- 差評: bad reviews of the period, put right, verified only, or neither.
select site, key as object,
       case
         when rectified_on <= $2 then 'rectified'
         when verified_on <= $2 then 'verified'
         else 'open'
       end as part,
       cast(null as bigint) as amount,
       cast(null as text) as acts
from read_tables.reviews
where bad = 1 and submitted_on >= $1 and submitted_on <= $2
