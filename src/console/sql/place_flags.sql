-- 五個不到位: how the flags of the sites of each part of a place stand. The index by site holds all
-- that is asked here, and the flag is written so that no planner takes the one by flag.
select substr(site, 1, cast($3 as integer)) as part, flag, state, count(*) as flags
from read_tables.five_in_place
where flag || '' in ('premises', 'facilities', 'personnel', 'items', 'operation')
    and from_on <= $4 and (to_on is null or to_on >= $4) and site >= $1 and site <= $2
group by substr(site, 1, cast($3 as integer)), flag, state
