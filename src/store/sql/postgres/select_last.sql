select
    head.position,
    coalesce((select max(position) from chronicle.events), 0) as last_position
from chronicle.head as head;
