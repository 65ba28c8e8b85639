-- 按期辦結: promises and statutes that ended between two days, and those kept. Parts and days are
-- found by steps along an index, and the lines of each counted where they lie together: to sort
-- those of a whole city by their part takes longer than to read them.
with recursive own (site) as (
    select min(site) from read_tables.deadline_clocks where site >= $1 and site <= $2
    union all
    select (
        select min(next.site) from read_tables.deadline_clocks as next
        where next.site > substr(
                substr(own.site, 1, cast($3 as integer)) || '999999999999', 1, 12)
            and next.site <= $2
    ) from own where own.site is not null
), ended (day) as (
    select min(ended_on) from read_tables.deadline_clocks
    where ended_on >= $4 and ended_on <= $5
    union all
    select (
        select min(next.ended_on) from read_tables.deadline_clocks as next
        where next.ended_on > ended.day and next.ended_on <= $5
    ) from ended where ended.day is not null
), limits (kind) as (values ('promised'), ('statutory')
), counted (site, ended, met) as (
    select own.site, (
        select count(clock.due_on) from read_tables.deadline_clocks as clock
        where clock.ending = 'done' and clock.kind = limits.kind and clock.ended_on = ended.day
            and clock.site >= own.site and clock.site <= substr(
                substr(own.site, 1, cast($3 as integer)) || '999999999999', 1, 12)
    ), (
        select count(*) from read_tables.deadline_clocks as clock
        where clock.ending = 'done' and clock.kind = limits.kind and clock.ended_on = ended.day
            and clock.site >= own.site and clock.site <= substr(
                substr(own.site, 1, cast($3 as integer)) || '999999999999', 1, 12)
            and clock.due_on >= ended.day
    ) from own, ended, limits where own.site is not null and ended.day is not null
)
select substr(site, 1, cast($3 as integer)) as part, cast(sum(ended) as bigint) as ended,
    cast(sum(met) as bigint) as met
from counted
group by site
