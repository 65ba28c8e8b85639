pragma user_version = 2;

-- Each act keeps the chain up to it, so that the proof names the first act that was replaced, also
-- where its leaf was replaced with it. The chains of acts that are here already are computed by
-- the step after this one; until then nothing guards them.
drop trigger events_never_change;
drop trigger events_never_replaced;
alter table events add column chain blob not null
    default x'0000000000000000000000000000000000000000000000000000000000000000'
    check (length(chain) = 32);

-- How far a stream has come is what its acts say. A register that repeats it can only be wrong.
drop trigger streams_only_grow;
drop trigger streams_never_replaced;
alter table streams drop column last_position;
alter table streams drop column version;
