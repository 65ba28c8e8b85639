delete from marks
where mark in (select value from json_each(?))
returning docket
