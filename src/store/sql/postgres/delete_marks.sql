delete from read_tables.marks
where mark = any($1)
returning docket;
