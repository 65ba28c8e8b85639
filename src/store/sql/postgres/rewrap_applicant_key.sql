update vault.applicant_keys
set master = $1, wrapped = $2
where applicant = $3 and key = $4 and master = $5;
