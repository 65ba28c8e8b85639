-- The file says what it is (the letters `Tong`) and how many migrations were applied.
pragma application_id = 1416588903;
pragma user_version = 1;

-- 編年: what was recorded, to the byte, in the order in which it was taken.
-- Instants are whole microseconds since 1970.
create table chronicle_head (
    id integer primary key check (id = 1),
    position integer not null check (position >= 0),
    recorded_at integer not null,
    chain blob not null check (length(chain) = 32)
) strict;

insert into chronicle_head (id, position, recorded_at, chain) values (1, 0, 0, zeroblob(32));

-- A stream is known by the position of its first act: a number that never changes, grows with
-- time and can be checked. Acts refer to it, so that their index grows at its right edge, however
-- the streams are named.
create table streams (
    id integer primary key check (id > 0),
    stream text not null,
    version integer not null check (version > 0),
    last_position integer not null check (last_position >= id)
) strict;

create unique index streams_name on streams (stream);

create table events (
    position integer primary key check (position > 0),
    stream_id integer not null check (stream_id between 1 and position),
    stream_version integer not null check (stream_version > 0),
    event_id blob not null check (length(event_id) = 16),
    event text not null,
    occurred_at integer not null,
    recorded_at integer not null,
    envelope blob not null,
    leaf blob not null check (length(leaf) = 32)
) strict;

create unique index events_id on events (event_id);
create unique index events_stream on events (stream_id, stream_version);

-- For people: every act with its stream's name and its envelope as text.
create view acts as
select
    e.position,
    s.stream,
    e.stream_version,
    e.event,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.occurred_at / 1e6, 'unixepoch') as occurred_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.recorded_at / 1e6, 'unixepoch') as recorded_at,
    cast(e.envelope as text) as envelope
from events as e
left join streams as s on s.id = e.stream_id;

-- What was recorded stays. These triggers stop mistakes; the proof against intent is the chain.
create trigger events_never_change before update on events
begin
    select raise(abort, 'the chronicle is append-only: an act is never changed');
end;

create trigger events_never_go before delete on events
begin
    select raise(abort, 'the chronicle is append-only: an act is never deleted');
end;

-- `insert or replace` would delete without a word wherever recursive triggers are off.
create trigger events_never_replaced before insert on events
when new.position <= (select position from chronicle_head)
    or exists (select 1 from events where event_id = new.event_id)
    or exists (
        select 1 from events
        where stream_id = new.stream_id and stream_version = new.stream_version
    )
begin
    select raise(abort, 'the chronicle is append-only: an act is never replaced');
end;

create trigger streams_only_grow before update on streams
when new.id is not old.id
    or new.stream is not old.stream
    or new.version <= old.version
    or new.last_position <= old.last_position
begin
    select raise(abort, 'the chronicle is append-only: a stream only grows');
end;

create trigger streams_never_replaced before insert on streams
when exists (
    select 1 from streams
    where stream = new.stream
        and (id <> new.id or version >= new.version or last_position >= new.last_position)
)
    or exists (select 1 from streams where id = new.id and stream <> new.stream)
begin
    select raise(abort, 'the chronicle is append-only: a stream is never replaced');
end;

create trigger streams_never_go before delete on streams
begin
    select raise(abort, 'the chronicle is append-only: a stream is never deleted');
end;

create trigger head_only_grows before update on chronicle_head
when new.id is not old.id
    or new.position <= old.position
    or new.recorded_at < old.recorded_at
begin
    select raise(abort, 'the chronicle is append-only: its head only grows');
end;

create trigger head_never_goes before delete on chronicle_head
begin
    select raise(abort, 'the chronicle is append-only: its head is never deleted');
end;

create trigger head_is_one before insert on chronicle_head
begin
    select raise(abort, 'the chronicle has one head');
end;
