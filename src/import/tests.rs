//! What the readers make of small invented logs: one sample for each trap and each bad input.

mod csv;
mod many;
mod mapping;
mod ndjson;
mod xes;

use std::io::{Cursor, Write as _};
use std::path::Path;
use std::sync::Arc;

use tongjian_events::{Act, Place};

use super::source::Source;
use super::{Format, ImportError, Line, Mapping, Reader, Refused};

const MAPPING: &str = r#"
[log]
name = "a-log"
time_zone = "Europe/Amsterdam"
working_days = "monday_to_friday"
site = "hall"

[acts]
acceptance = ["Accept"]
decision = ["Grant"]
negative_decision = ["Refuse"]
delivery = ["Deliver"]

[attributes]
post = "org:resource"
due_at = "case:deadline"

[limits]
item = "a-permit"
promised_working_days = 20
"#;

/// What became of a whole log.
struct Outcome {
    acts: Vec<(u64, Act)>,
    refused: Vec<Refused>,
    failure: Option<ImportError>,
}

fn mapping(text: &str) -> Arc<Mapping> {
    Arc::new(Mapping::parse(Path::new("a-mapping.toml"), text).unwrap())
}

fn reader(format: Format, bytes: &[u8], mapping: Option<Arc<Mapping>>) -> Reader {
    try_reader(format, bytes, mapping).unwrap()
}

fn try_reader(
    format: Format,
    bytes: &[u8],
    mapping: Option<Arc<Mapping>>,
) -> Result<Reader, ImportError> {
    let source = Source::new(Path::new("a-file"), Cursor::new(bytes.to_vec()), bytes.len() as u64);
    Reader::new(format, source?, mapping)
}

fn outcome(reader: Reader) -> Outcome {
    let mut outcome = Outcome { acts: Vec::new(), refused: Vec::new(), failure: None };
    for line in reader {
        match line {
            Ok(Line::Act { line, act, .. }) => outcome.acts.push((line, *act)),
            Ok(Line::Refused(refused)) => outcome.refused.push(refused),
            Err(failure) => outcome.failure = Some(failure),
        }
    }
    outcome
}

fn read(format: Format, text: &str) -> Outcome {
    outcome(reader(format, text.as_bytes(), Some(mapping(MAPPING))))
}

/// The same, where nothing is refused and nothing fails.
fn read_whole(format: Format, text: &str) -> Vec<Act> {
    let outcome = read(format, text);
    assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    assert!(outcome.failure.is_none(), "{:?}", outcome.failure);
    outcome.acts.into_iter().map(|(_, act)| act).collect()
}

fn envelope(act: &Act) -> String {
    let recorded_at = chrono::DateTime::UNIX_EPOCH;
    String::from_utf8(act.envelope(&Place { position: 1, stream_version: 1, recorded_at })).unwrap()
}

fn body(act: &Act) -> &str {
    act.submission().body.get()
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}
