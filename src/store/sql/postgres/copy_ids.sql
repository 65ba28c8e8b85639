copy chronicle.event_ids (event_id, position) from stdin (format binary);
