-- 首日: the first day of any matter.
select min(first_on) from read_tables.deadline_matters
