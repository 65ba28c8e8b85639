select applicant, key, master, wrapped
from applicant_keys
where applicant = ?;
