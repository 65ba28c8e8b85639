select docket, mark
from read_tables.marks
order by mark
limit $1;
