select stream, id, version from chronicle.streams where stream = any($1);
