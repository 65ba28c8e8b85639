select
    slot_name::text,
    case when not pg_is_in_recovery()
        then pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint
    end as bytes_kept
from pg_replication_slots
where not active
order by slot_name;
