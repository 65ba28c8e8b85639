select position, envelope, leaf from chronicle.events where position = any($1) order by position;
