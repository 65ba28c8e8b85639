insert into vault.applicant_keys (applicant, key, master, wrapped)
values ($1, $2, $3, $4)
on conflict (applicant) do nothing;
