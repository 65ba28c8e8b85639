pragma user_version = 4;

create trigger events_never_change before update on events
begin
    select raise(abort, 'the chronicle is append-only: an act is never changed');
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

create trigger streams_never_change before update on streams
begin
    select raise(abort, 'the chronicle is append-only: a stream is never renamed');
end;

create trigger streams_never_replaced before insert on streams
when exists (select 1 from streams where stream = new.stream or id = new.id)
begin
    select raise(abort, 'the chronicle is append-only: a stream is never replaced');
end;
