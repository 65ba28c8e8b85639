select site, flag, ordered_on, due_on
from read_tables.rectifications
where ordered_on <= $1 and (rectified_on is null or rectified_on > $1)
order by due_on, site, flag, key
