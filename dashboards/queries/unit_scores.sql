-- 考核: units' scores of the half-year or year that is asked for, else of the months in the period.
select site, key as object, case when ranked = 1 then 'ranked' else 'apart' end as part,
       total_hundredths as amount,
       cast(null as text) as acts
from read_tables.score_totals
where total_hundredths is not null and arises_on <= $3
  and case
    when period_kind = 'year'
      then cast($1 as text) = period || '-01-01' and cast($2 as text) = period || '-12-31'
    when period_kind = 'half_year'
      then cast($1 as text) = substr(period, 1, 4)
             || case substr(period, 6) when 'H1' then '-01-01' else '-07-01' end
        and cast($2 as text) = substr(period, 1, 4)
             || case substr(period, 6) when 'H1' then '-06-30' else '-12-31' end
    else period_kind = 'month' and period || '-01' >= cast($1 as text)
      and not (
        substr(cast($1 as text), 1, 4) = substr(cast($2 as text), 1, 4)
        and substr(cast($1 as text), 6) || '..' || substr(cast($2 as text), 6)
          in ('01-01..06-30', '07-01..12-31', '01-01..12-31'))
  end
