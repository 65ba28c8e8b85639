select docket, mark
from marks
order by mark
limit ?
