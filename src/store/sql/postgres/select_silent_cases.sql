select distinct finding.key
from read_tables.irregularities as finding
where finding.kind in ('deemed_accepted_by_silence', 'renewal_deemed_granted')
  and finding.arises_on <= $1
  and not exists (
    select 1
    from read_tables.timeline
    where timeline.stream = finding.key
      and timeline.event = case finding.kind
        when 'deemed_accepted_by_silence' then 'case.ApplicationDeemedAccepted'
        else 'case.RenewalDeemedGranted'
      end
  )
order by finding.key;
