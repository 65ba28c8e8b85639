-- In every database of the server: each holds back the vacuum of the head row.
select
    pid,
    coalesce(application_name, '') as name,
    coalesce(datname, '') as database,
    extract(epoch from clock_timestamp() - xact_start)::float8 as seconds
from pg_stat_activity
where xact_start is not null and backend_type = 'client backend' and pid <> pg_backend_pid()
order by xact_start
limit 1;
