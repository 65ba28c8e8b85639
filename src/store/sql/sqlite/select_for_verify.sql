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
            select 1 from events as before
            where before.stream_id = e.stream_id
                and before.stream_version = e.stream_version - 1
                and before.position < e.position
        )
    end as follows
from events as e
left join streams as s on s.id = e.stream_id
where e.position > ? and e.position <= ?
order by e.position
limit ?;
