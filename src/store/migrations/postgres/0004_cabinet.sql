update chronicle.form set version = 4;

-- 內櫃: what must be able to change or to vanish, and so is no act; and who looked at what.
create schema cabinet;

create table cabinet.kept (
    drawer text collate "C" not null,
    key text collate "C" not null,
    body text not null,
    version bigint not null check (version > 0),
    -- Microseconds since 1970; none where it does not end by itself.
    ends_at bigint,
    primary key (drawer, key)
) with (fillfactor = 70);

create index kept_ends on cabinet.kept (ends_at) where ends_at is not null;

-- 審計軌跡: each entry's chain is the hash of the one before and of itself.
create table cabinet.trail (
    number bigint primary key check (number > 0),
    entered_at bigint not null,
    who text collate "C" not null,
    did text collate "C" not null,
    subject text collate "C" not null,
    detail text not null,
    chain bytea not null check (length(chain) = 32)
);

create index trail_subjects on cabinet.trail (subject, number);
create index trail_people on cabinet.trail (who, number);

create function cabinet.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the trail is append-only: an entry is never changed or taken out';
end $$;

create trigger trail_never_changes before update or delete on cabinet.trail
for each row execute function cabinet.refuse_change();
create trigger trail_never_emptied before truncate on cabinet.trail
for each statement execute function cabinet.refuse_change();
