update chronicle.form set version = 5;

-- 申請人密鑰: the key of each applicant, wrapped by a master key that is outside the database. Rows
-- are deleted on order, so that nobody opens the details again; vacuum comes soon after.
create schema vault;
create table vault.applicant_keys (
    applicant text collate "C" primary key,
    key text not null unique,
    master text not null,
    wrapped bytea not null check (length(wrapped) = 60)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 0);
