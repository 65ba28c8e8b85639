-- 讀表: what follows from the chronicle. Everything in this schema can be made again: it is looked
-- for by every `tongjian migrate`, and made where it was dropped.
create schema if not exists read_tables;

-- How far each generation of each projection has come. `serving` is what the views show,
-- `filling` is being made beside it, `retired` is to be dropped. A filling generation first folds
-- its rows, then derives its lines: `derived_key` says how far, and is null while it folds.
create table if not exists read_tables.checkpoints (
    name text collate "C" not null,
    edition bigint not null,
    generation bigint not null,
    role text not null check (role in ('serving', 'filling', 'retired')),
    position bigint not null check (position >= 0),
    derived_key text collate "C",
    stopped_position bigint,
    last_error text,
    -- The generation's tables, so that they can be dropped by a later edition.
    tables text[] not null,
    primary key (name, edition, generation)
) with (fillfactor = 50);
create unique index if not exists checkpoints_serving on read_tables.checkpoints (name) where role = 'serving';
create unique index if not exists checkpoints_filling on read_tables.checkpoints (name) where role = 'filling';

-- Which process does what needs to be done once, until when by this database's clock, and how often
-- that has changed hands.
create table if not exists read_tables.leases (
    name text primary key,
    owner uuid not null,
    epoch bigint not null check (epoch > 0),
    expires_at timestamptz not null
) with (fillfactor = 50);

-- 待判: the dockets whose facts have changed since they were judged. A mark is a number that is
-- never given twice, so that who judged an older state does not take a newer mark away.
create sequence if not exists read_tables.mark_numbers;
create table if not exists read_tables.marks (
    docket text collate "C" primary key,
    mark bigint not null default nextval('read_tables.mark_numbers')
) with (fillfactor = 50);
