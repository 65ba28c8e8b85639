select
    e.position,
    coalesce(s.stream, ''),
    e.stream_version,
    e.event_id,
    e.event,
    e.occurred_at,
    e.recorded_at,
    e.envelope,
    e.leaf,
    e.chain,
    case e.stream_version
        when 1 then e.stream_id = e.position
        else exists (
            select 1 from chronicle.events as before
            where before.stream_id = e.stream_id
                and before.stream_version = e.stream_version - 1
                and before.position < e.position
        )
    end
    and exists (
        select 1 from chronicle.event_ids as i
        where i.event_id = e.event_id and i.position = e.position
    ) as follows
from chronicle.events as e
left join chronicle.streams as s on s.id = e.stream_id
where e.position > $1 and e.position <= $2
order by e.position
limit $3;
