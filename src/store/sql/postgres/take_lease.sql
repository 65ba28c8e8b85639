insert into read_tables.leases as held (name, owner, epoch, expires_at)
values ($1, $2, 1, clock_timestamp() + make_interval(secs => $3))
on conflict (name) do update
set
    owner = excluded.owner,
    epoch = held.epoch + case when held.owner = excluded.owner then 0 else 1 end,
    expires_at = excluded.expires_at
where held.owner = excluded.owner or held.expires_at < clock_timestamp()
returning epoch;
