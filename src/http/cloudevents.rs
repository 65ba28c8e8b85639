//! 外部信封: CloudEvents 1.0 in all three modes: structured, batched, and binary, where the
//! attributes are headers `ce-…` and the body is `data`. The attributes say what they say of any
//! event; `data` holds what only an act has. Attributes unknown here are refused, since they would
//! be lost.

use std::str::FromStr;

use actix_web::http::header::HeaderMap;
use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use serde_json::value::RawValue;
use tongjian_events::recorded::Evidence;
use tongjian_events::values::{Code, Name};
use tongjian_events::{Act, Actor, Source, StreamId, Submission, by_name, instant};
use uuid::Uuid;

use super::asked::wrong;
use super::error::Problem;
use super::input::{self, Expectation, Read};

/// The media type of one event.
pub const ONE: &str = "application/cloudevents+json";
/// The media type of a batch.
pub const BATCH: &str = "application/cloudevents-batch+json";

const PREFIX: &str = "ce-";
const READ: [&str; 6] = ["specversion", "id", "source", "type", "subject", "time"];

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
    #[serde(deserialize_with = "by_name")]
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

/// 屬性: what an event says of itself beside its data.
pub struct Attributes {
    id: Uuid,
    source: String,
    event: String,
    subject: StreamId,
    time: DateTime<FixedOffset>,
}

/// Reads one event as an act. Its `source` is kept as the act's `source.system`, unless the act
/// names one of its own.
///
/// # Errors
/// 400 when it cannot be read; else the first refusal in order of precedence.
pub fn act(text: &str) -> Read {
    let sent: CloudEvent = input::json(text)?;
    specversion("specversion", &sent.specversion)?;
    match sent.datacontenttype.as_deref() {
        None | Some("application/json") => {}
        Some(other) => return Err(wrong("datacontenttype", &format!("`{other}` is not read"))),
    }
    let CloudEvent { id, source, event, subject, time, data, .. } = sent;
    let read = Attributes { id, source, event, subject, time }.act(data);
    read.map_err(|problem| problem.renamed(in_event))
}

/// Whether a request is an event in binary mode: some header begins with `ce-`.
#[must_use]
pub fn in_headers(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| name.as_str().starts_with(PREFIX))
}

impl Attributes {
    /// The attributes of an event in binary mode.
    ///
    /// # Errors
    /// 400 naming the header.
    pub fn of_headers(headers: &HeaderMap) -> Result<Self, Problem> {
        let unknown = headers.keys().map(|name| name.as_str()).find(|name| {
            name.strip_prefix(PREFIX).is_some_and(|attribute| !READ.contains(&attribute))
        });
        if let Some(name) = unknown {
            let rule = match name {
                "ce-datacontenttype" => "the header content-type says it",
                _ => "the attribute is not read here and would be lost",
            };
            return Err(wrong(name, rule));
        }
        specversion("ce-specversion", &value::<String>(headers, "ce-specversion")?)?;
        let time = value::<String>(headers, "ce-time")?;
        Ok(Self {
            id: value(headers, "ce-id")?,
            source: value(headers, "ce-source")?,
            event: value(headers, "ce-type")?,
            subject: value(headers, "ce-subject")?,
            time: instant::parse(&time).map_err(|rule| wrong("ce-time", &rule))?,
        })
    }

    /// Reads the body of an event in binary mode.
    ///
    /// # Errors
    /// As [`act`]; fields within the body are named from its top.
    pub fn with_data(self, text: &str) -> Read {
        let data = input::json(text)?;
        self.act(data).map_err(|problem| problem.renamed(in_binary))
    }

    fn act(self, data: Data) -> Read {
        let mut source = data.source;
        if source.system.is_none() {
            let system = Name::new(&self.source).map_err(|rule| wrong("source", &rule))?;
            source.system = Some(system);
        }
        let submission = Submission {
            id: self.id,
            stream: self.subject,
            event: self.event,
            version: data.version,
            occurred_at: self.time,
            actor: data.actor,
            source,
            evidence: data.evidence,
            causation: data.causation,
            correlation: data.correlation,
            body: data.body,
        };
        let expected = data.expected.map(|expectation| expectation.0);
        Ok((Act::check(submission).map_err(Problem::from)?, expected))
    }
}

/// Where a field of an act stands in an event: `occurred_at` is `time`.
pub fn in_event(field: &str) -> String {
    match field {
        "id" | "source" => field.into(),
        "event" => "type".into(),
        "stream" => "subject".into(),
        "occurred_at" => "time".into(),
        other => format!("data.{other}"),
    }
}

/// The same in binary mode: `occurred_at` is the header `ce-time`, the rest is the body.
pub fn in_binary(field: &str) -> String {
    match field {
        "id" | "source" | "event" | "stream" | "occurred_at" => {
            format!("{PREFIX}{}", in_event(field))
        }
        other => other.into(),
    }
}

fn specversion(field: &str, said: &str) -> Result<(), Problem> {
    match said {
        "1.0" => Ok(()),
        other => Err(wrong(field, &format!("`{other}` is not read; send 1.0"))),
    }
}

/// The value of a header that must stand once.
fn value<T: FromStr<Err: ToString>>(headers: &HeaderMap, name: &str) -> Result<T, Problem> {
    let mut all = headers.get_all(name);
    let text = match (all.next(), all.next()) {
        (Some(one), None) => decoded(one.as_bytes()),
        (None, _) => Err("the header is missing".into()),
        _ => Err("the header stands twice".into()),
    };
    let read = text.and_then(|text| text.parse().map_err(|rule: T::Err| rule.to_string()));
    read.map_err(|rule| wrong(name, &rule))
}

/// The text of a header value as the HTTP binding of CloudEvents writes it: perhaps in double
/// quotes, then percent-encoded once.
fn decoded(value: &[u8]) -> Result<String, String> {
    let value = unquoted(value);
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.into_iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
                    return Err("a `%` is not followed by two hexadecimal digits".into());
                };
                bytes.extend(u8::try_from(high * 16 + low));
            }
            b' '..=b'~' => bytes.push(byte),
            _ => return Err(format!("the byte {byte:02X} must be percent-encoded")),
        }
    }
    String::from_utf8(bytes).map_err(|_| "what is percent-encoded is not UTF-8".into())
}

/// A value without the double quotes around it and the backslashes within them.
fn unquoted(value: &[u8]) -> Vec<u8> {
    let inner = value.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\""));
    let Some(inner) = inner else { return value.to_vec() };
    let mut rest = inner.iter().copied();
    let mut bytes = Vec::with_capacity(inner.len());
    while let Some(byte) = rest.next() {
        bytes.extend(if byte == b'\\' { rest.next() } else { Some(byte) });
    }
    bytes
}
