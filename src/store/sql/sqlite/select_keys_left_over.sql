-- Keys of applicants whose details were destroyed on order.
select k.applicant
from applicant_keys as k
inner join streams as s on s.stream = 'applicant/' || k.applicant
where exists (
    select 1 from events as e
    where e.stream_id = s.id and e.event = ?
)
order by k.applicant;
