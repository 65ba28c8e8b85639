update chronicle.form set version = 4;

-- 待判: the dockets whose facts have changed since they were judged. A mark is a number that is
-- never given twice, so that who judged an older state does not take a newer mark away.
create sequence read_tables.mark_numbers;
create table read_tables.marks (
    docket text collate "C" primary key,
    mark bigint not null default nextval('read_tables.mark_numbers')
) with (fillfactor = 50);
