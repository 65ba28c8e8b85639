insert or replace into marks (docket)
select value
from json_each(?)
