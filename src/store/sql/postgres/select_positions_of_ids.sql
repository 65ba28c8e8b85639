select event_id, position from chronicle.event_ids where event_id = any($1);
