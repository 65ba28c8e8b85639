//! The envelope: what a window submits, what the chronicle holds, and the exact bytes between.
//! Nothing here reads a clock or draws an identifier; both are given.

use chrono::{DateTime, FixedOffset, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::catalog::{Event, Row};
use crate::ids::StreamId;
use crate::policy::{Contradiction, sound};
use crate::refusal::Refusal;
use crate::values::{Code, Instant};
use crate::{canonical, instant, shape, upcast};

pub use crate::origin::{Actor, ActorKind, Entry, Evidence, Source};

/// 提交: one act as its sender writes it, before anything of it was believed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// A UUIDv7 chosen by the sender; the same id sent again is the same act.
    pub id: Uuid,
    /// The subject.
    pub stream: StreamId,
    /// The event's wire name, such as `case.ApplicationAccepted`.
    #[schemars(schema_with = "wire_names")]
    pub event: String,
    /// The body's version.
    pub version: u16,
    /// 業務發生時間: when it happened, claimed by the sender, with offset.
    #[serde(with = "instant")]
    #[schemars(with = "Instant")]
    pub occurred_at: DateTime<FixedOffset>,
    /// Who acted.
    pub actor: Actor,
    /// Where it was entered.
    pub source: Source,
    /// 佐證: what can be shown for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// The act that led to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation: Option<Uuid>,
    /// A matter that several acts belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<Code>,
    /// The typed body; its schema is `<event>.v<version>.json`.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub body: Box<RawValue>,
}

/// 已核對的提交: a submission whose body is known to be lawful, with its canonical bytes.
#[derive(Debug, Clone)]
pub struct Act {
    submission: Submission,
    row: &'static Row,
    event: Event,
    parts: Parts,
}

/// The canonical bytes of a submission, cut where the chronicle's own members belong.
#[derive(Debug, Clone)]
struct Parts {
    before_position: Vec<u8>,
    before_stream_version: Vec<u8>,
    after_stream_version: Vec<u8>,
}

/// The JSON Schema of a wire name: one of the catalogue's.
fn wire_names(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<_> = crate::catalog::CATALOG.iter().map(Row::wire_name).collect();
    json_schema!({ "type": "string", "enum": names })
}

impl Act {
    /// The greatest size of an envelope, in bytes.
    pub const MAX_BYTES: usize = 65_535;

    /// Checks a submission against the catalogue.
    ///
    /// # Errors
    /// The first [`Refusal`] in order of precedence.
    pub fn check(submission: Submission) -> Result<Self, Refusal> {
        let (act, body) = Self::read(submission)?;
        match act.said_otherwise(body)? {
            None => sound(&act.event).map(|()| act).map_err(|Contradiction { field, rule }| {
                Refusal::BodyDoesNotMatchSchema { field, rule }
            }),
            Some((place, rule)) => {
                let field = format!("body{place}");
                Err(Refusal::BodyDoesNotMatchSchema { field, rule })
            }
        }
    }

    /// The act of a submission that was recorded before: read as stored acts are. An earlier
    /// release may have taken what [`Act::check`] refuses today.
    ///
    /// # Errors
    /// The first [`Refusal`] in order of precedence.
    pub fn recorded(submission: Submission) -> Result<Self, Refusal> {
        Ok(Self::read(submission)?.0)
    }

    /// Where the body says something in another way than its schema does, and how: a list in the
    /// place of an object, which serde reads by position.
    fn said_otherwise(&self, body: Value) -> Result<Option<(String, String)>, Refusal> {
        let json = |source: serde_json::Error| Refusal::Malformed { rule: source.to_string() };
        let (row, version) = (self.row, self.submission.version);
        let present = if version == row.version {
            body
        } else {
            let text = upcast::to_present(row, version, self.submission.body.get())?;
            serde_json::from_str(&text).map_err(json)?
        };
        Ok(shape::other_kind(&present, &self.event.to_value().map_err(json)?))
    }

    /// The act of an envelope that was read back, and its place; its body is not read again.
    ///
    /// # Errors
    /// As [`Act::recorded`].
    pub fn read_back(recorded: Recorded) -> Result<(Self, Place), Refusal> {
        let Recorded { place, submission, row, event } = recorded;
        Self::lawful(&submission, row)?;
        Ok((Self::written(submission, row, event)?.0, place))
    }

    fn read(submission: Submission) -> Result<(Self, Value), Refusal> {
        // The order is that of the refusals.
        Self::of_version_7(&submission)?;
        let row = Row::find(&submission.event, submission.version)?;
        Self::lawful(&submission, row)?;
        let event = row.decode(submission.version, submission.body.get())?;
        Self::written(submission, row, event)
    }

    fn of_version_7(submission: &Submission) -> Result<(), Refusal> {
        match submission.id.get_version_num() {
            7 => Ok(()),
            _ => Err(Refusal::IdNotVersion7 { id: submission.id }),
        }
    }

    fn lawful(submission: &Submission, row: &Row) -> Result<(), Refusal> {
        Self::of_version_7(submission)?;
        if row.stream != submission.stream.kind() {
            return Err(Refusal::StreamOfOtherKind {
                event: row.wire_name().into(),
                stream: submission.stream.to_string(),
            });
        }
        Ok(())
    }

    fn written(
        submission: Submission,
        row: &'static Row,
        event: Event,
    ) -> Result<(Self, Value), Refusal> {
        let body = canonical::read(submission.body.get())?;
        let parts = Parts::of(&submission, &body)?;
        let bytes = parts.len() + 80;
        if bytes > Self::MAX_BYTES {
            return Err(Refusal::TooLarge { bytes, limit: Self::MAX_BYTES });
        }
        Ok((Self { submission, row, event, parts }, body))
    }

    /// The submission.
    #[must_use]
    pub fn submission(&self) -> &Submission {
        &self.submission
    }

    /// The catalogue row.
    #[must_use]
    pub fn row(&self) -> &'static Row {
        self.row
    }

    /// The typed body, as today's code reads it.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// How many bytes the envelope has, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.parts.len() + 80
    }

    /// The envelope's exact bytes at this place in the chronicle: RFC 8785 canonical JSON.
    #[must_use]
    pub fn envelope(&self, at: &Place) -> Vec<u8> {
        let parts = &self.parts;
        let mut out = Vec::with_capacity(self.bytes());
        out.extend_from_slice(&parts.before_position);
        out.extend_from_slice(b",\"position\":\"");
        out.extend_from_slice(at.position.to_string().as_bytes());
        out.extend_from_slice(b"\",\"recorded_at\":\"");
        out.extend_from_slice(instant::utc_text(at.recorded_at).as_bytes());
        out.push(b'"');
        out.extend_from_slice(&parts.before_stream_version);
        out.extend_from_slice(b",\"stream_version\":\"");
        out.extend_from_slice(at.stream_version.to_string().as_bytes());
        out.push(b'"');
        out.extend_from_slice(&parts.after_stream_version);
        out
    }
}

/// 入庫位置: what only the chronicle can say of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The place in the chronicle, from 1, without holes.
    pub position: u64,
    /// The place in the act's own stream, from 1, without holes.
    pub stream_version: u64,
    /// 入庫時間: when the chronicle took it; monotone in position. Whole microseconds.
    pub recorded_at: DateTime<Utc>,
}

impl Parts {
    fn of(submission: &Submission, body: &Value) -> Result<Self, Refusal> {
        let s = submission;
        let mut one = Vec::with_capacity(512 + s.body.get().len());
        let member = |out: &mut Vec<u8>, first: bool, name: &str, value: &Value| {
            if !first {
                out.push(b',');
            }
            out.push(b'"');
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\":");
            canonical::write(value, out)
        };
        let json = |value: serde_json::Result<Value>| {
            value.map_err(|source| Refusal::Malformed { rule: source.to_string() })
        };
        one.push(b'{');
        member(&mut one, true, "actor", &json(serde_json::to_value(&s.actor))?)?;
        member(&mut one, false, "body", body)?;
        if let Some(causation) = s.causation {
            member(&mut one, false, "causation", &json(serde_json::to_value(causation))?)?;
        }
        if let Some(correlation) = &s.correlation {
            member(&mut one, false, "correlation", &json(serde_json::to_value(correlation))?)?;
        }
        member(&mut one, false, "event", &s.event.as_str().into())?;
        if !s.evidence.is_empty() {
            member(&mut one, false, "evidence", &json(serde_json::to_value(&s.evidence))?)?;
        }
        member(&mut one, false, "id", &json(serde_json::to_value(s.id))?)?;
        member(&mut one, false, "occurred_at", &instant::text(&s.occurred_at).into())?;
        let mut two = Vec::with_capacity(128);
        member(&mut two, false, "source", &json(serde_json::to_value(&s.source))?)?;
        member(&mut two, false, "stream", &s.stream.as_str().into())?;
        let three = format!(",\"version\":{}}}", s.version).into_bytes();
        Ok(Self { before_position: one, before_stream_version: two, after_stream_version: three })
    }

    fn len(&self) -> usize {
        self.before_position.len()
            + self.before_stream_version.len()
            + self.after_stream_version.len()
    }
}

/// 已入庫的行為: one act of the chronicle, read back.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Where it stands.
    pub place: Place,
    /// What was submitted.
    pub submission: Submission,
    /// Its catalogue row.
    pub row: &'static Row,
    /// The typed body, upcast to its present version.
    pub event: Event,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopeAsStored {
    actor: Actor,
    body: Box<RawValue>,
    #[serde(default)]
    causation: Option<Uuid>,
    #[serde(default)]
    correlation: Option<Code>,
    event: String,
    #[serde(default)]
    evidence: Vec<Evidence>,
    id: Uuid,
    #[serde(with = "instant")]
    occurred_at: DateTime<FixedOffset>,
    position: crate::values::Position,
    #[serde(with = "instant")]
    recorded_at: DateTime<FixedOffset>,
    source: Source,
    stream: StreamId,
    stream_version: crate::values::Position,
    version: u16,
}

impl Recorded {
    /// Reads an envelope's bytes back.
    ///
    /// # Errors
    /// [`Refusal`] when the bytes are no envelope of a known event; in a chronicle that this code
    /// wrote that means damage, or a chronicle written by a newer release.
    pub fn read(envelope: &[u8]) -> Result<Self, Refusal> {
        let e: EnvelopeAsStored = serde_json::from_slice(envelope)
            .map_err(|source| Refusal::Malformed { rule: source.to_string() })?;
        let place = Place {
            position: e.position.0,
            stream_version: e.stream_version.0,
            recorded_at: e.recorded_at.to_utc(),
        };
        let row = Row::find(&e.event, e.version)?;
        let event = row.decode(e.version, e.body.get())?;
        let submission = Submission {
            id: e.id,
            stream: e.stream,
            event: e.event,
            version: e.version,
            occurred_at: e.occurred_at,
            actor: e.actor,
            source: e.source,
            evidence: e.evidence,
            causation: e.causation,
            correlation: e.correlation,
            body: e.body,
        };
        Ok(Self { place, submission, row, event })
    }

    /// Whether `act` says, to the byte, what was recorded here.
    #[must_use]
    pub fn says_the_same_as(&self, act: &Act) -> bool {
        let own = canonical::read(self.submission.body.get())
            .and_then(|body| Parts::of(&self.submission, &body));
        own.is_ok_and(|own| {
            own.before_position == act.parts.before_position
                && own.before_stream_version == act.parts.before_stream_version
                && own.after_stream_version == act.parts.after_stream_version
        })
    }
}

/// `SHA-256(0x00 || envelope)`: the leaf of RFC 6962.
#[must_use]
pub fn leaf(envelope: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([0_u8]);
    hash.update(envelope);
    hash.finalize().into()
}

/// The running chain: `SHA-256(chain || leaf)`, from 32 zero bytes.
#[must_use]
pub fn chain(before: &[u8; 32], leaf: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(leaf);
    hash.finalize().into()
}
