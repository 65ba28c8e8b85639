-- 讀表: what follows from the chronicle. Everything in this file can be made again.
pragma application_id = 1416588902;
pragma user_version = 1;

-- How far each generation of each projection has come. `serving` is what the views show,
-- `filling` is being made beside it, `retired` is to be dropped. A filling generation first folds
-- its rows, then derives its lines: `derived_key` says how far, and is null while it folds.
create table checkpoints (
    name text not null,
    edition integer not null,
    generation integer not null,
    role text not null check (role in ('serving', 'filling', 'retired')),
    position integer not null check (position >= 0),
    derived_key text,
    stopped_position integer,
    last_error text,
    -- The generation's tables as a JSON list, so that they can be dropped by a later edition.
    tables text not null,
    primary key (name, edition, generation)
) strict;

create unique index checkpoints_serving on checkpoints (name) where role = 'serving';
create unique index checkpoints_filling on checkpoints (name) where role = 'filling';
