//! 系統行為: acts of the engine itself, with ids that the same facts give again and again, so that
//! several replicas and restarts append each of them once.

use chrono::{DateTime, FixedOffset};
use sha2::{Digest as _, Sha256};
use tongjian_events::values::StaffId;
use tongjian_events::{
    Act, Actor, ActorKind, Entry, Event, Refusal, SiteCode, Source, StreamId, Submission,
};
use uuid::{Builder, Uuid};

/// The site in whose name the engine acts: the municipality.
pub(crate) const SITE: &str = "320600000000";

/// An id of version 7: the milliseconds of `at`, then 74 bits of the [`digest`] of `parts`. `None`
/// before 1970, which such an id cannot hold.
#[must_use]
pub fn id(at: &DateTime<FixedOffset>, parts: &[&[u8]]) -> Option<Uuid> {
    let millis = u64::try_from(at.timestamp_millis()).ok()?;
    let mut bytes = [0; 10];
    for (byte, hashed) in bytes.iter_mut().zip(digest(parts)) {
        *byte = hashed;
    }
    Some(Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
}

/// The SHA-256 of parts with their lengths, so that no two lists of parts hash alike.
#[must_use]
pub fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// An act of the engine. Its id follows from stream, event, body and time.
///
/// # Errors
/// [`Refusal`] when the event does not belong in the stream, or lies before 1970.
pub fn act(
    stream: StreamId,
    event: &Event,
    occurred_at: DateTime<FixedOffset>,
) -> Result<Act, Refusal> {
    let body = event.to_json().map_err(|error| malformed(error.to_string()))?;
    let parts = [b"tongjian engine 1", stream.as_str().as_bytes(), body.as_bytes()];
    let id = id(&occurred_at, &parts).ok_or_else(before_1970)?;
    checked(id, stream, event, occurred_at)
}

/// An act of the engine that fell due in a stream after so many acts. Its id follows from these,
/// whenever and with whatever body it is appended.
///
/// # Errors
/// [`Refusal`] when the event does not belong in the stream, or fell due before 1970.
pub fn due(
    stream: StreamId,
    after: u64,
    event: &Event,
    due_at: &DateTime<FixedOffset>,
    occurred_at: DateTime<FixedOffset>,
) -> Result<Act, Refusal> {
    let after = after.to_be_bytes();
    let (name, event_name) = (stream.as_str().as_bytes(), event.wire_name().as_bytes());
    let id = id(due_at, &[b"tongjian duty 1", name, event_name, &after]);
    let id = id.ok_or_else(before_1970)?;
    checked(id, stream, event, occurred_at)
}

fn malformed(rule: String) -> Refusal {
    Refusal::Malformed { rule }
}

fn before_1970() -> Refusal {
    malformed("the engine does nothing before 1970".into())
}

fn checked(
    id: Uuid,
    stream: StreamId,
    event: &Event,
    occurred_at: DateTime<FixedOffset>,
) -> Result<Act, Refusal> {
    let body = event.to_json().map_err(|error| malformed(error.to_string()))?;
    let body = serde_json::value::RawValue::from_string(body)
        .map_err(|error| malformed(error.to_string()))?;
    Act::check(Submission {
        id,
        stream,
        event: event.wire_name().into(),
        version: event.version(),
        occurred_at,
        actor: Actor {
            kind: ActorKind::System,
            id: StaffId::new("tongjian").map_err(malformed)?,
            role: None,
            on_behalf_of: None,
        },
        source: Source {
            site: SiteCode::new(SITE).map_err(malformed)?,
            window: None,
            device: None,
            system: None,
            entry: Entry::Engine,
        },
        evidence: Vec::new(),
        causation: None,
        correlation: None,
        body,
    })
}
