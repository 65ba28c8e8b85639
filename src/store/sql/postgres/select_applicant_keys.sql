select applicant, key, master, wrapped
from vault.applicant_keys
where applicant > $1
order by applicant
limit $2;
