-- 案號: cases whose name begins with what was typed.
select name, site, item from read_tables.deadline_matters
where kind = 'case' and name >= $3 and name < $4 and site >= $1 and site <= $2
order by name
limit 10
