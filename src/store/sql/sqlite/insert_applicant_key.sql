insert into applicant_keys (applicant, key, master, wrapped)
values (?, ?, ?, ?)
on conflict (applicant) do nothing;
