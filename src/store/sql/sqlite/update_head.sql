update chronicle_head set position = ?, recorded_at = ?, chain = ?;
