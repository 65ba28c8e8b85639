-- 期後補錄: acts of the period that were recorded after its bulletin had been closed, by event.
select late.site, late.stream as object, late.event as part, cast(null as bigint) as amount,
       cast(late.position as text) as acts
from read_tables.timeline as late
where late.position > (
    select min(until_position) from read_tables.bulletins
    where scope = $4 and from_on = $1 and until_on = $2 and issued_on is not null
  )
  and date(late.occurred_at / 1000000, 'unixepoch', '+8 hours') >= $1
  and date(late.occurred_at / 1000000, 'unixepoch', '+8 hours') <= $2
  and late.event not like 'bulletin.%' and late.event not like 'policy.%' and $3 > $2
