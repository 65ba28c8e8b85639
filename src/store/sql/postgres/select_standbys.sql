select
    coalesce(application_name, '') as name,
    coalesce(state, '') as state,
    coalesce(sync_state, '') as sync_state,
    case when not pg_is_in_recovery()
        then pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint
    end as bytes_behind,
    extract(epoch from replay_lag)::float8 as seconds_behind
from pg_stat_replication
order by application_name;
