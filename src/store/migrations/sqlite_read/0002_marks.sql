pragma user_version = 2;

-- 待判: the dockets whose facts have changed since they were judged. A mark is a number that is
-- never given twice, so that who judged an older state does not take a newer mark away.
create table marks (
    mark integer primary key autoincrement,
    docket text not null unique
) strict;
