select
    (select application_id from pragma_application_id) as application_id,
    (select user_version from pragma_user_version) as user_version,
    (select count(*) from sqlite_schema) as things;
