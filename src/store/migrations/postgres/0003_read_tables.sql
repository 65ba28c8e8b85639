-- From here on there are read tables: read_tables.sql, which every migration ends with.
update chronicle.form set version = 3;
