-- Given by every `tongjian migrate`: roles may have been made since the last one.

do $$
begin
    if exists (select 1 from pg_roles where rolname = 'tongjian_append') then
        grant usage on schema chronicle to tongjian_append;
        grant select on all tables in schema chronicle to tongjian_append;
        grant insert on chronicle.events, chronicle.event_ids, chronicle.streams
            to tongjian_append;
        grant update (version) on chronicle.streams to tongjian_append;
        grant update (position, recorded_at, chain) on chronicle.head to tongjian_append;
        revoke execute on function chronicle.make_events_partition(bigint) from public;
        revoke execute on function chronicle.make_ids_partition(date) from public;
        grant execute on function chronicle.make_events_partition(bigint) to tongjian_append;
        grant execute on function chronicle.make_ids_partition(date) to tongjian_append;
        grant usage, create on schema read_tables to tongjian_append;
        grant select, insert, update, delete
            on read_tables.checkpoints, read_tables.leases, read_tables.marks
            to tongjian_append;
        grant usage on sequence read_tables.mark_numbers to tongjian_append;
        grant usage on schema cabinet to tongjian_append;
        grant select, insert, update, delete on cabinet.kept to tongjian_append;
        grant select, insert on cabinet.trail to tongjian_append;
        grant usage on schema vault to tongjian_append;
        grant select, insert, update, delete on vault.applicant_keys to tongjian_append;
    end if;
    if exists (select 1 from pg_roles where rolname = 'tongjian_read') then
        grant usage on schema chronicle to tongjian_read;
        grant select on chronicle.acts to tongjian_read;
        grant usage on schema read_tables to tongjian_read;
        grant select on read_tables.checkpoints, read_tables.leases, read_tables.marks
            to tongjian_read;
    end if;
end $$;

do $$
begin
    alter role tongjian_read set default_transaction_read_only = on;
    alter role tongjian_read set statement_timeout = '30s';
exception when insufficient_privilege or undefined_object then
    raise notice 'the role tongjian_read could not be limited';
end $$;
