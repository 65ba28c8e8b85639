pragma user_version = 5;

-- 申請人密鑰: the key of each applicant, wrapped by a master key that is outside the database. Of
-- what is in this file only these rows are ever deleted: on order, so that nobody opens the details
-- again.
create table applicant_keys (
    applicant text not null primary key,
    key text not null unique,
    master text not null,
    wrapped blob not null check (length(wrapped) = 60)
) strict, without rowid;
