select s.stream, s.id
from streams as s
left join events as e on e.position = s.id
where e.stream_id is not s.id or e.stream_version is not 1
order by s.id
limit 1;
