select chronicle.make_events_partition($1);
