update applicant_keys
set master = ?, wrapped = ?
where applicant = ? and key = ? and master = ?;
