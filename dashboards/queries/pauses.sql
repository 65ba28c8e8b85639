-- 特別程序: pauses begun in the period by their procedure, with the working days they left out.
select site, key as object, procedure as part, working_days * 100 as amount,
       cast(position as text) as acts
from read_tables.deadline_pauses
where from_on >= $1 and from_on <= $2
