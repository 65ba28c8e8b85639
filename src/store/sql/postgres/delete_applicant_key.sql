delete from vault.applicant_keys
where applicant = $1;
