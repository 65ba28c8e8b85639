select chronicle.make_ids_partition($1);
