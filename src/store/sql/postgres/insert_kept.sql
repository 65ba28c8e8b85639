insert into cabinet.kept (drawer, key, body, version, ends_at) values ($1, $2, $3, 1, $4)
on conflict (drawer, key) do nothing;
