-- 內櫃: what must be able to change or to vanish, and so is no act; and who looked at what.
pragma application_id = 1416588899;
pragma user_version = 1;

create table kept (
    drawer text not null,
    key text not null,
    body text not null,
    version integer not null check (version > 0),
    -- Microseconds since 1970; none where it does not end by itself.
    ends_at integer,
    primary key (drawer, key)
) strict, without rowid;

create index kept_ends on kept (ends_at) where ends_at is not null;

-- 審計軌跡: each entry's chain is the hash of the one before and of itself.
create table trail (
    number integer primary key check (number > 0),
    entered_at integer not null,
    who text not null,
    did text not null,
    subject text not null,
    detail text not null,
    chain blob not null check (length(chain) = 32)
) strict;

create index trail_subjects on trail (subject, number);
create index trail_people on trail (who, number);

create trigger trail_never_changes before update on trail
begin
    select raise(abort, 'the trail is append-only: an entry is never changed');
end;

create trigger trail_never_shrinks before delete on trail
begin
    select raise(abort, 'the trail is append-only: an entry is never taken out');
end;
