-- What others do is seen by those who may read all statistics.
select
    pg_is_in_recovery() as standby,
    current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as synchronous_commit,
    current_setting('synchronous_standby_names') as synchronous_standbys,
    pg_has_role('pg_read_all_stats', 'usage') as sees_all,
    pg_database_size(current_database()) as bytes,
    coalesce((
        select max(substring(relname from 8)::bigint) from pg_class
        where relnamespace = 'chronicle'::regnamespace and relname ~ '^events_[0-9]+$'
    ), -1) as last_block,
    coalesce((
        select n_dead_tup from pg_stat_user_tables
        where schemaname = 'chronicle' and relname = 'head'
    ), 0) as dead_heads,
    pg_relation_size('chronicle.head') as head_bytes;
