update chronicle_head
set position = iif(position = ?, ?, null), recorded_at = ?, chain = ?;
