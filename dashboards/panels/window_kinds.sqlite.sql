-- 窗口類別: windows that stood on the last day, and cases received and accepted in the period, by the kind of the window that acted; acts that name no registered window, or two of different kinds, stand under none.
select k.kind as kind, coalesce(w.windows, 0) as windows, coalesce(a.received, 0) as received,
       coalesce(a.accepted, 0) as accepted
from (
  select 1 as at, 'permanent' as kind union all select 2, 'periodic' union all select 3, 'mobile'
  union all select 4, 'agency' union all select 5, 'none'
) as k
left join (
  select q.kind as kind, count(*) as windows
  from read_tables.windows as q
  {joined}
  where q.from_on <= $2 and (q.to_on is null or q.to_on > $2) and {chosen}
  group by q.kind
) as w on w.kind = k.kind
left join (
  select coalesce(e.kind, 'none') as kind,
         sum(case when e.event = 'case.ApplicationReceived' then 1 else 0 end) as received,
         sum(case when e.event = 'case.ApplicationAccepted' then 1 else 0 end) as accepted
  from (
    select q.event as event, (
      select case when min(o.kind) = max(o.kind) then max(o.kind) end
      from read_tables.windows as o
      where o.site = q.site and o."window" = q."window" and o.from_on <= date(q.occurred_at / 1000000, 'unixepoch', '+8 hours')
        and (o.to_on is null or o.to_on > date(q.occurred_at / 1000000, 'unixepoch', '+8 hours'))
    ) as kind
    from read_tables.timeline as q
    {joined}
    where q.event in ('case.ApplicationReceived', 'case.ApplicationAccepted')
      and q.occurred_at >= (cast(strftime('%s', $1) as integer) - 28800) * 1000000
      and q.occurred_at < (cast(strftime('%s', $3) as integer) - 28800) * 1000000
      and {chosen}
  ) as e
  group by coalesce(e.kind, 'none')
) as a on a.kind = k.kind
order by k.at
