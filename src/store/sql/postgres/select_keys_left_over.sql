-- Keys of applicants whose details were destroyed on order.
select k.applicant
from vault.applicant_keys as k
inner join chronicle.streams as s on s.stream = 'applicant/' || k.applicant
where exists (
    select 1 from chronicle.events as e
    where e.stream_id = s.id and e.event = $1
)
order by k.applicant;
