-- The head, and the chain at a position where it was known to be before.
select
    head.position,
    head.recorded_at,
    head.chain,
    (select chain from chronicle.events where position = $1) as known
from chronicle.head as head;
