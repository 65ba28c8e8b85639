select level, rule, rule_edition, "trigger", site, case_stream, issued_on, grounds,
       matter, issued_by
from read_tables.cards
where counts_on >= $1 and counts_on <= $2 and level in ('yellow', 'red', 'serious')
  and (withdrawn_on is null or withdrawn_on > $2)
order by case level when 'serious' then 0 when 'red' then 1 else 2 end, issued_on, key
