select
    head.position,
    head.recorded_at,
    head.chain,
    (select max(position) from events) as last_position,
    (select leaf from events order by position desc limit 1) as last_leaf
from chronicle_head as head;
