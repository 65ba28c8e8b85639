insert into events (
    position, stream_id, stream_version, event_id, event, occurred_at, recorded_at, envelope, leaf,
    chain
) values
