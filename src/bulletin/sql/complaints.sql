select site, "window", staff, category, channel, received_at_position, finding, decided_on,
       count(*) over (partition by site, category) as alike
from read_tables.complaints
where decided_on >= $1 and decided_on <= $2 and finding in ('verified', 'partly_verified')
order by case finding when 'verified' then 0 else 1 end,
         case category when 'integrity' then 0 when 'charging' then 1 when 'refusal' then 2
           when 'absence' then 3 when 'attitude' then 4 when 'overtime' then 5
           when 'procedure' then 6 else 7 end,
         decided_on, key
