insert into read_tables.marks (docket)
select docket
from unnest($1::text[]) as asked (docket)
on conflict (docket) do update set mark = excluded.mark;
