//! 提交: a submission read from its text, the same for every door: what is sent over HTTP and what
//! stands in a file of NDJSON. Every failure names the place. Nothing is appended here.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset};
use serde::de::{self, DeserializeOwned, IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_path_to_error::Track;
use tongjian_events::recorded::Evidence;
use tongjian_events::values::Code;
use tongjian_events::{Act, Actor, Refusal, Source, StreamId, Submission, by_name, instant};
use uuid::Uuid;

use crate::store::Expected;

/// Through which door a submission comes. What means nothing there is refused by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// A sender, who may say at which version the stream must be.
    Sender,
    /// A file, whose lines may be envelopes of an export: what only the chronicle can say of an
    /// act is passed over, since this chronicle gives its own.
    File,
}

/// Why a text is no act.
#[derive(Debug)]
pub enum Unread {
    /// It cannot be read as a submission.
    Text(Fault),
    /// It can be read, and breaks a rule of the catalogue.
    Refused(Refusal),
}

/// What is wrong in a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The member at fault, where it is one.
    pub field: Option<String>,
    /// The rule it breaks.
    pub rule: String,
    /// Line and column, from 1, where they are known.
    pub place: Option<(u64, u64)>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{} at line {line} column {column}", self.rule),
            None => f.write_str(&self.rule),
        }
    }
}

/// Reads an act and what is expected of its stream, if anything was said.
///
/// # Errors
/// [`Unread`]: the text first, then the first refusal in order of precedence.
pub fn act(text: &str, door: Door) -> Result<(Act, Option<Expected>), Unread> {
    let written: Written = json(text).map_err(Unread::Text)?;
    written.stands_in_its_place(door).map_err(Unread::Text)?;
    let expected = written.expected.map(|expected| expected.0);
    let act = Act::check(written.submission()).map_err(Unread::Refused)?;
    Ok((act, expected))
}

/// Reads JSON, objects by the names of their members; on failure reads it again, slowly, to name
/// the member.
///
/// # Errors
/// [`Fault`] with member, line and column.
pub fn json<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    let mut from = serde_json::Deserializer::from_str(text);
    let read = by_name(&mut from).and_then(|value| from.end().map(|()| value));
    read.map_err(|plain| {
        let mut track = Track::new();
        let from = &mut serde_json::Deserializer::from_str(text);
        let _ = by_name::<T, _>(serde_path_to_error::Deserializer::new(from, &mut track));
        Fault::of(&plain, Some(track.path().to_string()).filter(|path| path != "."))
    })
}

impl Fault {
    /// What the reader of JSON found wrong, at this member.
    #[must_use]
    pub fn of(plain: &serde_json::Error, member: Option<String>) -> Self {
        let said = plain.to_string();
        let rule = said.split(" at line ").next().unwrap_or(&said).to_owned();
        let place = Some((plain.line() as u64, plain.column() as u64));
        Self { field: member.filter(|_| plain.is_data()), rule, place }
    }
}

/// A submission or an envelope as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Uuid,
    stream: StreamId,
    event: String,
    version: u16,
    #[serde(with = "instant")]
    occurred_at: DateTime<FixedOffset>,
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
    #[serde(default)]
    position: Given,
    #[serde(default)]
    recorded_at: Given,
    #[serde(default)]
    stream_version: Given,
}

impl Written {
    /// Refuses what has no meaning at this door.
    fn stands_in_its_place(&self, door: Door) -> Result<(), Fault> {
        let of_the_chronicle = [
            ("position", self.position),
            ("recorded_at", self.recorded_at),
            ("stream_version", self.stream_version),
        ];
        let stranger = match door {
            Door::Sender => of_the_chronicle
                .into_iter()
                .find(|(_, given)| given.0)
                .map(|(name, _)| (name, "only the chronicle says it of an act")),
            Door::File => {
                self.expected.map(|_| ("expected", "a file cannot expect anything of a stream"))
            }
        };
        stranger.map_or(Ok(()), |(name, why)| {
            let rule = format!("unknown field `{name}`: {why}");
            Err(Fault { field: Some(name.into()), rule, place: None })
        })
    }

    fn submission(self) -> Submission {
        Submission {
            id: self.id,
            stream: self.stream,
            event: self.event,
            version: self.version,
            occurred_at: self.occurred_at,
            actor: self.actor,
            source: self.source,
            evidence: self.evidence,
            causation: self.causation,
            correlation: self.correlation,
            body: self.body,
        }
    }
}

/// Whether a member is there, whatever it says.
#[derive(Clone, Copy, Default)]
struct Given(bool);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(from).map(|_| Self(true))
    }
}

/// `any`, `new`, `exists`, or the number of acts that the stream must hold.
#[derive(Debug, Clone, Copy)]
pub struct Expectation(pub Expected);

impl FromStr for Expectation {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "any" => Ok(Self(Expected::Any)),
            "new" => Ok(Self(Expected::New)),
            "exists" => Ok(Self(Expected::Exists)),
            _ => text
                .parse()
                .map(|version| Self(Expected::Exact(version)))
                .map_err(|_| format!("`{text}` is none of any, new, exists, or a stream version")),
        }
    }
}

impl<'de> Deserialize<'de> for Expectation {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct AsSent;
        impl Visitor<'_> for AsSent {
            type Value = Expectation;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any, new, exists, or a stream version")
            }
            fn visit_u64<E: de::Error>(self, version: u64) -> Result<Expectation, E> {
                Ok(Expectation(Expected::Exact(version)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Expectation, E> {
                text.parse().map_err(E::custom)
            }
        }
        from.deserialize_any(AsSent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"id":"01926f2a-7c00-7000-8000-000000000001","stream":"case/c1",
        "event":"case.StepCompleted","version":1,"occurred_at":"2008-06-02T09:00:00+08:00",
        "actor":{"kind":"machine","id":"m"},"source":{"site":"hall"},"body":{"step":"look"}"#;

    fn said(more: &str, door: Door) -> Option<(Option<String>, String)> {
        match act(&format!("{LINE}{more}}}"), door) {
            Ok(_) => None,
            Err(Unread::Text(fault)) => Some((fault.field, fault.rule)),
            Err(Unread::Refused(refusal)) => Some((None, refusal.to_string())),
        }
    }

    #[test]
    fn both_doors_read_the_same_act() {
        let read = |door| act(&format!("{LINE}}}"), door).unwrap().0.submission().clone();
        let texts = [Door::Sender, Door::File].map(|door| serde_json::to_string(&read(door)));
        let [sent, filed] = texts.map(Result::unwrap);
        assert_eq!(sent, filed);
    }

    #[test]
    fn what_only_the_chronicle_says_is_passed_over_in_a_file_and_refused_from_a_sender() {
        for more in [r#","position":"7""#, r#","recorded_at":null"#, r#","stream_version":1"#] {
            assert_eq!(said(more, Door::File), None, "{more}");
            let (field, rule) = said(more, Door::Sender).unwrap();
            assert!(more.contains(&field.unwrap()) && rule.contains("unknown field"), "{rule}");
        }
    }

    #[test]
    fn only_a_sender_expects_something_of_a_stream() {
        let more = r#","expected":"new""#;
        assert_eq!(said(more, Door::Sender), None);
        assert_eq!(said(more, Door::File).unwrap().0.as_deref(), Some("expected"));
        let (field, rule) = said(r#","expected":"newer""#, Door::Sender).unwrap();
        assert_eq!(field.as_deref(), Some("expected"));
        assert!(rule.contains("`newer` is none of any"), "{rule}");
    }
}
