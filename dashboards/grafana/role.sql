-- The account of the boards: it reads the read tables and nothing else, and no question of it runs
-- for long. Run it in the chronicle's database as its owner, after the service has run once:
--   psql -d tongjian -v password="'…'" -f dashboards/grafana/role.sql
do $$
begin
    if not exists (select 1 from pg_roles where rolname = 'tongjian_boards') then
        create role tongjian_boards login connection limit 20;
    end if;
end $$;
\if :{?password}
alter role tongjian_boards password :password;
\endif
alter role tongjian_boards set default_transaction_read_only = on;
alter role tongjian_boards set statement_timeout = '5s';
-- A statement is compiled for longer than it runs.
alter role tongjian_boards set jit = off;
grant usage on schema read_tables to tongjian_boards;
grant select on all tables in schema read_tables to tongjian_boards;
-- A view that a rebuild makes anew is granted to this account by the service itself.
