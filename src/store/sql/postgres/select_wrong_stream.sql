select s.stream, s.id
from chronicle.streams as s
left join chronicle.events as e on e.position = s.id
where e.stream_id is distinct from s.id
    or e.stream_version is distinct from 1
    or s.version is distinct from (
        select max(l.stream_version) from chronicle.events as l where l.stream_id = s.id
    )
order by s.id
limit 1;
