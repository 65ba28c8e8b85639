select position, recorded_at, chain from chronicle.head;
