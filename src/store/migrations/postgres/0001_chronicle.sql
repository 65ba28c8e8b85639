-- 編年 on PostgreSQL 15 and later. Run by the owner of the database, once, in one transaction.
create schema chronicle;

-- How many migrations were applied.
create table chronicle.form (
    id smallint primary key check (id = 1),
    version integer not null
);
insert into chronicle.form (id, version) values (1, 1);

-- The end of the chronicle: the one row that every append moves, so that positions have no holes.
-- Free space in its page lets each move stay in it; vacuum comes often, and is short.
create table chronicle.head (
    id smallint primary key check (id = 1),
    position bigint not null check (position >= 0),
    recorded_at timestamptz not null,
    chain bytea not null check (length(chain) = 32)
) with (
    fillfactor = 10,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 200
);
insert into chronicle.head (id, position, recorded_at, chain)
values (1, 0, timestamptz '1970-01-01 00:00:00+00', decode(repeat('00', 32), 'hex'));

-- A stream is known by the position of its first act. Its version stands here, since no constraint
-- reaches over the partitions of the acts.
create table chronicle.streams (
    id bigint primary key check (id > 0),
    stream text collate "C" not null unique,
    version bigint not null check (version > 0)
) with (fillfactor = 80);

-- What was recorded, to the byte. A partition holds 2^24 positions: one whole subtree of the
-- Merkle tree over the leaves. There is no default partition: it would forbid to detach old ones.
create table chronicle.events (
    position bigint not null check (position > 0),
    stream_id bigint not null,
    stream_version bigint not null check (stream_version > 0),
    event_id uuid not null,
    event text not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    envelope bytea not null,
    leaf bytea not null check (length(leaf) = 32),
    chain bytea not null check (length(chain) = 32),
    primary key (position)
) partition by range (position);
create index events_stream on chronicle.events (stream_id, stream_version);
create index events_recorded_at on chronicle.events using brin (recorded_at);

-- Which ids are recorded, by the month that a UUID of version 7 begins with. Months before 2000
-- and from 2100 on share two partitions, so that no sender can make more than 1,202 of them.
create table chronicle.event_ids (
    event_id uuid primary key,
    position bigint not null
) partition by range (event_id);
create table chronicle.event_ids_before partition of chronicle.event_ids
    for values from (minvalue) to ('00dc6acf-ac00-0000-0000-000000000000');
create table chronicle.event_ids_after partition of chronicle.event_ids
    for values from ('03bb2cc3-d800-0000-0000-000000000000') to (maxvalue);

create function chronicle.refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the chronicle is append-only: %', tg_argv[0]
        using errcode = 'integrity_constraint_violation';
end $$;

create trigger events_never_change before update on chronicle.events
    for each row execute function chronicle.refuse('an act is never changed');
create trigger events_never_go before delete on chronicle.events
    for each row execute function chronicle.refuse('an act is never deleted');
create trigger events_are_never_emptied before truncate on chronicle.events
    for each statement execute function chronicle.refuse('acts are never emptied out');
create trigger ids_never_change before update or delete on chronicle.event_ids
    for each row execute function chronicle.refuse('an id is never changed');
create trigger ids_are_never_emptied before truncate on chronicle.event_ids
    for each statement execute function chronicle.refuse('ids are never emptied out');
create trigger streams_never_go before delete on chronicle.streams
    for each row execute function chronicle.refuse('a stream is never deleted');
create trigger streams_are_never_emptied before truncate on chronicle.streams
    for each statement execute function chronicle.refuse('streams are never emptied out');
create trigger streams_only_grow before update on chronicle.streams
    for each row
    when (
        new.id is distinct from old.id
        or new.stream is distinct from old.stream
        or new.version <= old.version
    )
    execute function chronicle.refuse('a stream only grows');
create trigger head_only_grows before update on chronicle.head
    for each row
    when (
        new.id is distinct from old.id
        or new.position <= old.position
        or new.recorded_at < old.recorded_at
    )
    execute function chronicle.refuse('its head only grows');
create trigger head_never_goes before delete on chronicle.head
    for each row execute function chronicle.refuse('its head is never deleted');
create trigger head_is_never_emptied before truncate on chronicle.head
    for each statement execute function chronicle.refuse('its head is never emptied out');

-- Asks the catalogue itself: a name looked up before may be remembered as absent. What runs as the
-- owner looks into `pg_temp` last: named or not, it would else be first, and anybody could put a
-- table of their own in the catalogue's place.
create function chronicle.has_table(name text) returns boolean
language sql volatile set search_path = pg_catalog, pg_temp as $$
    select exists (
        select 1 from pg_class
        where relname = name and relnamespace = 'chronicle'::regnamespace
    )
$$;

-- Makes the partition of a position, if it is not there. Whoever appends may call it; the tables
-- belong to the owner.
create function chronicle.make_events_partition(at bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    block constant bigint := (at - 1) >> 24;
    name constant text := format('events_%s', lpad(block::text, 6, '0'));
begin
    if at < 1 then
        raise exception 'position % is not one', at using errcode = 'check_violation';
    end if;
    if chronicle.has_table(name) then
        return;
    end if;
    perform pg_advisory_xact_lock(1416588903, 1);
    if chronicle.has_table(name) then
        return;
    end if;
    -- Attaching lets others read and append meanwhile; `partition of` would not.
    execute format('create table chronicle.%I (like chronicle.events including all)', name);
    execute format(
        'alter table chronicle.events attach partition chronicle.%I for values from (%s) to (%s)',
        name, (block << 24) + 1, ((block + 1) << 24) + 1
    );
    execute format(
        'create trigger acts_are_never_emptied before truncate on chronicle.%I for each statement '
        || 'execute function chronicle.refuse(''acts are never emptied out'')',
        name
    );
end $$;

-- Makes the partition of the month that an id begins with, if it is not there.
create function chronicle.make_ids_partition(month date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    first constant timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
    next constant timestamptz :=
        (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
    name constant text := format('event_ids_%s', to_char(month, 'YYYY_MM'));
    bound text[];
begin
    if month < date '2000-01-01' or month >= date '2100-01-01' then
        return;
    end if;
    if chronicle.has_table(name) then
        return;
    end if;
    perform pg_advisory_xact_lock(1416588903, 2);
    if chronicle.has_table(name) then
        return;
    end if;
    select array_agg(
        lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20)
        order by moment
    )
    into bound
    from unnest(array[first, next]) as moment;
    execute format('create table chronicle.%I (like chronicle.event_ids including all)', name);
    execute format(
        'alter table chronicle.event_ids attach partition chronicle.%I '
        || 'for values from (%L) to (%L)',
        name, bound[1]::uuid, bound[2]::uuid
    );
    execute format(
        'create trigger ids_are_never_emptied before truncate on chronicle.%I for each statement '
        || 'execute function chronicle.refuse(''ids are never emptied out'')',
        name
    );
end $$;

-- For people: every act with its stream's name and its envelope as JSON.
create view chronicle.acts as
select
    e.position,
    s.stream,
    e.stream_version,
    e.event,
    e.occurred_at,
    e.recorded_at,
    convert_from(e.envelope, 'UTF8')::jsonb as envelope
from chronicle.events as e
left join chronicle.streams as s on s.id = e.stream_id;
