//! NDJSON: one submission a line, as windows send it, or one envelope, as an export writes it.
//! What only the chronicle can say of an act (its position, its recorded time, its version in the
//! stream) is passed over, and so is the last line of an export: another chronicle gives its own.

use std::io::{self, BufRead as _};

use tongjian_events::{Act, Refusal};

use super::error::ImportError;
use super::record::Refused;
use super::source::Source;
use crate::last_line;
use crate::submission::{self, Door, Fault, Unread};

/// The greatest size of a line, in bytes.
const MAX_LINE_BYTES: usize = 1 << 20;
/// How much of a line past that size is shown.
const SHOWN_BYTES: usize = 4096;

/// An act with its line and that line's text, or a line refused.
type Read = Result<(u64, Act, String), Refused>;

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

    /// The next act with its line, or a line refused. Blank lines are none, nor is the last one of
    /// an export.
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
            if !text.is_empty() && last_line::read(text.as_bytes()).is_none() {
                let act = act(text).map_err(|(field, rule)| self.refused(number, field, rule));
                return Ok(Some(act.map(|act| (number, act, self.text()))));
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
        Refused { line, field, reason, raw: self.text(), case_id: None }
    }

    /// The line as written.
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.line).trim_end_matches(['\r', '\n']).to_owned()
    }
}

fn act(text: &str) -> Result<Act, (Option<String>, String)> {
    submission::act(text, Door::File).map(|(act, _)| act).map_err(|why| match why {
        Unread::Text(Fault { field, rule, place }) => match place {
            Some((_, column)) => (field, format!("column {column}: {rule}")),
            None => (field, rule),
        },
        Unread::Refused(Refusal::BodyDoesNotMatchSchema { field, rule }) => (Some(field), rule),
        Unread::Refused(other) => (None, other.to_string()),
    })
}
