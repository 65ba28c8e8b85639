copy chronicle.streams (id, stream, version) from stdin (format binary);
