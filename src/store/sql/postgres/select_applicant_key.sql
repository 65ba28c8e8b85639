select applicant, key, master, wrapped
from vault.applicant_keys
where applicant = $1;
