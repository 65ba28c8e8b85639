select kind, started_on, limit_count, due_on, ended_on, overdue_working_days
from read_tables.deadline_clocks
where key = $1 and kind in ('promised', 'statutory') and due_on is not null
order by kind
