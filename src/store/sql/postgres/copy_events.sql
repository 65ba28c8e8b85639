copy chronicle.events (
    position, stream_id, stream_version, event_id, event, occurred_at, recorded_at, envelope,
    leaf, chain
) from stdin (format binary);
