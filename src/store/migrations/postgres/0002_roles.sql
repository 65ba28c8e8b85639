update chronicle.form set version = 2;

-- Roles belong to the whole server. Where the owner may not make them, they are made by hand
-- (docs/operate.md), and the rights are given by the next `tongjian migrate`.
do $$
begin
    if not exists (select 1 from pg_roles where rolname = 'tongjian_append') then
        create role tongjian_append nologin;
    end if;
    if not exists (select 1 from pg_roles where rolname = 'tongjian_read') then
        create role tongjian_read nologin;
    end if;
exception when insufficient_privilege then
    raise notice 'the roles tongjian_append and tongjian_read could not be made';
end $$;
