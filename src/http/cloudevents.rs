//! 外部信封: CloudEvents 1.0 in structured mode, one or a batch. The attributes say what they say
//! of any event; `data` holds what only an act has. Attributes unknown here are refused, since
//! they would be lost.

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use serde_json::value::RawValue;
use tongjian_events::recorded::Evidence;
use tongjian_events::values::{Code, Name};
use tongjian_events::{Act, Actor, Source, StreamId, Submission, instant};
use uuid::Uuid;

use super::error::Problem;
use super::input::{self, Expectation, Read};

/// The media type of one event.
pub const ONE: &str = "application/cloudevents+json";
/// The media type of a batch.
pub const BATCH: &str = "application/cloudevents-batch+json";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CloudEvent {
    specversion: String,
    id: Uuid,
    source: String,
    #[serde(rename = "type")]
    event: String,
    subject: StreamId,
    #[serde(with = "instant")]
    time: DateTime<FixedOffset>,
    #[serde(default)]
    datacontenttype: Option<String>,
    data: Data,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    version: u16,
    actor: Actor,
    source: Source,
    #[serde(default)]
    evidence: Vec<Evidence>,
    #[serde(default)]
    causation: Option<Uuid>,
    #[serde(default)]
    correlation: Option<Code>,
    body: Box<RawValue>,
    #[serde(default)]
    expected: Option<Expectation>,
}

/// Reads one event as an act. Its `source` is kept as the act's `source.system`, unless the act
/// names one of its own.
///
/// # Errors
/// 400 when it cannot be read; else the first refusal in order of precedence.
pub fn act(text: &str) -> Read {
    let sent: CloudEvent = input::json(text)?;
    let wrong = |field: &str, rule: String| Err(Problem::malformed(rule).in_field(field));
    if sent.specversion != "1.0" {
        return wrong("specversion", format!("`{}` is not read; send 1.0", sent.specversion));
    }
    match sent.datacontenttype.as_deref() {
        None | Some("application/json") => {}
        Some(other) => return wrong("datacontenttype", format!("`{other}` is not read")),
    }
    let mut source = sent.data.source;
    if source.system.is_none() {
        match Name::new(&sent.source) {
            Ok(system) => source.system = Some(system),
            Err(rule) => return wrong("source", rule),
        }
    }
    let submission = Submission {
        id: sent.id,
        stream: sent.subject,
        event: sent.event,
        version: sent.data.version,
        occurred_at: sent.time,
        actor: sent.data.actor,
        source,
        evidence: sent.data.evidence,
        causation: sent.data.causation,
        correlation: sent.data.correlation,
        body: sent.data.body,
    };
    let expected = sent.data.expected.map(|expectation| expectation.0);
    Ok((Act::check(submission).map_err(Problem::from)?, expected))
}
