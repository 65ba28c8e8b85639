select c.site, c.check_code, c.flag, c.position, c.photos, i.checklist, i.checklist_edition,
       c.scored_on, i.kind
from read_tables.inspection_checks as c
join read_tables.inspections as i on i.key = c.key
where c.result = 'not_in_place' and c.scored_on >= $1 and c.scored_on <= $2
order by case i.kind when 'unannounced' then 0 else 1 end, c.scored_on, c.position
