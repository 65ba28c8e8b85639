-- The head moves from where it was read under the lock, and the streams that grow with it.
with moved as (
    update chronicle.head
    set position = $2, recorded_at = $3, chain = $4
    where position = $1
    returning position
),
grown_streams as (
    update chronicle.streams as s
    set version = grown.version
    from unnest($5::bigint[], $6::bigint[]) as grown (id, version)
    where s.id = grown.id and exists (select 1 from moved)
)
select position from moved;
