//! The lines of an export, to the byte: plain or gz, each with its end, the last one told apart.

use std::io::{BufRead as _, Read as _};
use std::path::Path;

use tongjian_events::Act;

use super::{RestoreError, line};
use crate::import::Progress;
use crate::import::source::Source;
use crate::last_line;
use crate::store::Head;

/// The greatest size of a line with its end, in bytes.
const MAX_BYTES: u64 = Act::MAX_BYTES as u64 + 1;

/// What a line is.
pub(super) enum Read<'a> {
    /// An envelope, or what stands in the place of one.
    Act(&'a [u8]),
    /// The last line.
    Last(Head),
}

/// The lines of a file, one at a time.
pub(super) struct Lines {
    source: Source,
    bytes: Vec<u8>,
    number: u64,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self, RestoreError> {
        Ok(Self { source: Source::open(path)?, bytes: Vec::new(), number: 0 })
    }

    pub(super) fn progress(&self) -> Progress {
        self.source.progress()
    }

    pub(super) fn path(&self) -> &Path {
        self.source.path()
    }

    /// The number of the line that was read last; 0 before the first.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The next line; `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Read<'_>>, RestoreError> {
        let count = self.fill()?;
        if count == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.bytes.pop_if(|byte| *byte == b'\n').is_none() {
            return Err(self.broken(if count < MAX_BYTES {
                "the file was cut off within this line: it has no end".into()
            } else {
                format!("the line is longer than an envelope may be ({} bytes)", Act::MAX_BYTES)
            }));
        }
        let Some(head) = last_line::read(&self.bytes) else {
            return Ok(Some(Read::Act(&self.bytes)));
        };
        if self.fill()? > 0 {
            self.number += 1;
            return Err(self.broken("something follows the last line".into()));
        }
        Ok(Some(Read::Last(head)))
    }

    fn fill(&mut self) -> Result<u64, RestoreError> {
        self.bytes.clear();
        let read = self.source.by_ref().take(MAX_BYTES).read_until(b'\n', &mut self.bytes);
        let count = read.map_err(|error| self.source.failed(error))?;
        Ok(count as u64)
    }

    fn broken(&self, rule: String) -> RestoreError {
        line(self.path(), self.number, rule)
    }
}
