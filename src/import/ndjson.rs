//! NDJSON: one submission a line, as windows send it, or one envelope, as an export writes it.
//! What only the chronicle can say of an act (its position, its recorded time, its version in the
//! stream) is passed over: another chronicle gives its own.

use std::io::{self, BufRead as _};

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use tongjian_events::recorded::{Actor, Evidence, Source as Entered};
use tongjian_events::values::Code;
use tongjian_events::{Act, Refusal, StreamId, Submission, by_name, instant};
use uuid::Uuid;

use super::error::ImportError;
use super::record::Refused;
use super::source::Source;

/// The greatest size of a line, in bytes.
const MAX_LINE_BYTES: usize = 1 << 20;
/// How much of a line past that size is shown.
const SHOWN_BYTES: usize = 4096;

/// A submission or an envelope.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsWritten {
    id: Uuid,
    stream: StreamId,
    event: String,
    version: u16,
    #[serde(with = "instant")]
    occurred_at: DateTime<FixedOffset>,
    actor: Actor,
    source: Entered,
    #[serde(default)]
    evidence: Vec<Evidence>,
    #[serde(default)]
    causation: Option<Uuid>,
    #[serde(default)]
    correlation: Option<Code>,
    body: Box<RawValue>,
    #[serde(default, rename = "position")]
    _position: Option<IgnoredAny>,
    #[serde(default, rename = "recorded_at")]
    _recorded_at: Option<IgnoredAny>,
    #[serde(default, rename = "stream_version")]
    _stream_version: Option<IgnoredAny>,
}

impl From<AsWritten> for Submission {
    fn from(line: AsWritten) -> Self {
        let AsWritten { id, stream, event, version, occurred_at, actor, source, .. } = line;
        let AsWritten { evidence, causation, correlation, body, .. } = line;
        Self {
            id,
            stream,
            event,
            version,
            occurred_at,
            actor,
            source,
            evidence,
            causation,
            correlation,
            body,
        }
    }
}

/// An act with its line, or a line refused.
type Read = Result<(u64, Act), Refused>;

/// The acts of an NDJSON file.
pub(super) struct JsonLines {
    source: Source,
    line: Vec<u8>,
}

impl JsonLines {
    pub(super) fn new(source: Source) -> Self {
        Self { source, line: Vec::new() }
    }

    /// The source, for its path and place.
    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// The next act with its line, or a line refused. Blank lines are none.
    pub(super) fn next(&mut self) -> Result<Option<Read>, ImportError> {
        loop {
            let (number, offset) = (self.source.line(), self.source.offset());
            let bytes = self.read().map_err(|error| self.source.failed(error))?;
            if bytes == 0 {
                return Ok(None);
            }
            if bytes > MAX_LINE_BYTES as u64 {
                self.line.truncate(SHOWN_BYTES);
                let rule =
                    format!("the line has {bytes} bytes, at most {MAX_LINE_BYTES} are allowed");
                return Ok(Some(Err(self.refused(number, None, rule))));
            }
            let text = match std::str::from_utf8(&self.line) {
                Ok(text) => text.trim(),
                Err(error) => {
                    let at = offset + error.valid_up_to() as u64;
                    let rule = format!("byte {at} of the file's text is not UTF-8");
                    return Ok(Some(Err(self.refused(number, None, rule))));
                }
            };
            if !text.is_empty() {
                let act = act(text).map_err(|(field, rule)| self.refused(number, field, rule));
                return Ok(Some(act.map(|act| (number, act))));
            }
        }
    }

    /// Reads one line, keeps at most the limit of it, and gives its size.
    fn read(&mut self) -> io::Result<u64> {
        self.line.clear();
        let mut size = 0;
        loop {
            let bytes = match self.source.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let count = end.map_or(bytes.len(), |at| at + 1);
            let room = MAX_LINE_BYTES.saturating_sub(self.line.len()).min(count);
            self.line.extend_from_slice(bytes.get(..room).unwrap_or_default());
            self.source.consume(count);
            size += count as u64;
            if end.is_some() || count == 0 {
                return Ok(size);
            }
        }
    }

    fn refused(&self, line: u64, field: Option<String>, reason: String) -> Refused {
        let raw = String::from_utf8_lossy(&self.line).trim_end_matches(['\r', '\n']).to_owned();
        Refused { line, field, reason, raw, case_id: None }
    }
}

fn act(text: &str) -> Result<Act, (Option<String>, String)> {
    let mut from = serde_json::Deserializer::from_str(text);
    let read = by_name(&mut from).and_then(|written| from.end().map(|()| written));
    let written: AsWritten = read.map_err(|error| {
        let said = error.to_string();
        let rule = said.split(" at line ").next().unwrap_or(&said);
        // Read again, slowly, to name the member.
        let from = &mut serde_json::Deserializer::from_str(text);
        let located = serde_path_to_error::deserialize::<_, AsWritten>(from).err();
        let member = located.map(|error| error.path().to_string()).filter(|path| path != ".");
        (member.filter(|_| error.is_data()), format!("column {}: {rule}", error.column()))
    })?;
    Act::check(written.into()).map_err(|refusal| match refusal {
        Refusal::BodyDoesNotMatchSchema { field, rule } => (Some(field), rule),
        other => (None, other.to_string()),
    })
}
