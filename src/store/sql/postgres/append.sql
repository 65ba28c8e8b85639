-- The whole batch in one statement. The head comes first: it moves from where it was believed to
-- be, or nothing is written. Its row is the one lock, held to the commit.
with moved as (
    update chronicle.head
    set position = $2, recorded_at = $3, chain = $4
    where position = $1
    returning position
),
new_streams as (
    insert into chronicle.streams (id, stream, version)
    select new.id, new.stream, new.version
    from unnest($5::bigint[], $6::text[], $7::bigint[]) as new (id, stream, version)
    where exists (select 1 from moved)
),
grown_streams as (
    update chronicle.streams as s
    set version = grown.version
    from unnest($8::bigint[], $9::bigint[]) as grown (id, version)
    where s.id = grown.id and exists (select 1 from moved)
),
ids as (
    insert into chronicle.event_ids (event_id, position)
    select new.event_id, new.position
    from unnest($13::uuid[], $10::bigint[]) as new (event_id, position)
    where exists (select 1 from moved)
)
insert into chronicle.events (
    position, stream_id, stream_version, event_id, event, occurred_at, recorded_at, envelope,
    leaf, chain
)
select *
from unnest(
    $10::bigint[], $11::bigint[], $12::bigint[], $13::uuid[], $14::text[], $15::timestamptz[],
    $16::timestamptz[], $17::bytea[], $18::bytea[], $19::bytea[]
) as new
where exists (select 1 from moved);
