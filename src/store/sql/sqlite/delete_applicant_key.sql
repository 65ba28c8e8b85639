delete from applicant_keys
where applicant = ?;
