//! The text of an XES document as the parser may have it. Two things would make the parser lose
//! its way, and are mended here so that only what holds them is refused: a byte that is no UTF-8
//! is given as a stand-in, and of a tag, text or comment past the bound only the marks are given
//! that show where it ends. Keeps the text of an event as it is written, to be shown where it is
//! refused.

use std::io::{self, BufRead, Read};

use super::super::error::ImportError;
use super::super::source::Source;

/// The greatest size of one tag, text, comment or document type, in bytes.
const MAX_PIECE_BYTES: usize = 1 << 20;
/// How many marks of what is larger are given to find its end.
const MAX_MARKS: usize = 1 << 20;
/// Those marks: without them a parser takes one thing for another.
const MARKS: &[u8] = b"<>\"'/?!-[]&;";
/// How much of an event's text is kept to be shown.
const MAX_KEPT_BYTES: usize = 1 << 20;
/// How much of an event past the bound is shown.
const SHOWN_BYTES: usize = 4096;
/// Given in the place of a byte that is no UTF-8. No text may hold it, in XML or in an act.
const STAND_IN: u8 = 0x1a;

pub(super) struct Bounded {
    source: Source,
    /// What was taken from the source, and the same with stand-ins.
    written: Vec<u8>,
    clean: Vec<u8>,
    /// How much of it was given.
    at: usize,
    /// Where in it stand-ins are.
    mended: Vec<usize>,
    line: u64,
    offset: u64,
    room: usize,
    marks: usize,
    flaw: Option<Flaw>,
    kept: Vec<u8>,
    keeps: bool,
    too_large: bool,
}

/// 瑕疵: what had to be mended in one tag or text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    /// The line, from 1.
    pub(super) line: u64,
    /// The rule it breaks, with the place.
    pub(super) rule: String,
}

#[derive(Debug, thiserror::Error)]
#[error("one tag, attribute or text has more than {MAX_PIECE_BYTES} bytes")]
struct Bound;

/// Whether an error is the bound's.
pub(super) fn is_bound(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Bound>())
}

impl Bounded {
    pub(super) fn new(source: Source) -> Self {
        let (line, offset) = (source.line(), source.offset());
        Self {
            source,
            written: Vec::new(),
            clean: Vec::new(),
            at: 0,
            mended: Vec::new(),
            line,
            offset,
            room: MAX_PIECE_BYTES,
            marks: MAX_MARKS,
            flaw: None,
            kept: Vec::new(),
            keeps: false,
            too_large: false,
        }
    }

    /// The source, for its path.
    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// The line reached by the parser, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The bytes of text before that place.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Says that the text here cannot be read as UTF-8.
    pub(super) fn not_utf8(&self, rule: &str) -> ImportError {
        let path = self.source.path().into();
        ImportError::NotUtf8 { path, line: self.line, offset: self.offset, rule: rule.into() }
    }

    /// Another tag or text begins.
    pub(super) fn begin(&mut self) {
        (self.room, self.marks) = (MAX_PIECE_BYTES, MAX_MARKS);
        if !self.keeps {
            self.kept.clear();
            self.too_large = false;
        }
    }

    /// The first flaw of the tag or text read last.
    pub(super) fn flaw(&mut self) -> Option<Flaw> {
        self.flaw.take()
    }

    /// Keeps the text from the tag read last on.
    pub(super) fn keep(&mut self) {
        self.keeps = true;
    }

    /// The text kept, up to here.
    pub(super) fn kept(&mut self) -> String {
        self.keeps = false;
        if self.too_large {
            self.kept.truncate(SHOWN_BYTES);
        }
        String::from_utf8_lossy(&self.kept).into_owned()
    }

    /// Takes more from the source; what ends within a character waits for its rest.
    fn refill(&mut self) -> io::Result<()> {
        self.written.drain(..self.at);
        self.clean.clear();
        (self.at, self.mended) = (0, Vec::new());
        loop {
            let more = self.source.fill_buf()?;
            let (count, last) = (more.len(), more.is_empty());
            self.written.extend_from_slice(more);
            self.source.consume(count);
            self.mend(last);
            if last || !self.clean.is_empty() {
                return Ok(());
            }
        }
    }

    fn mend(&mut self, last: bool) {
        while let Some(rest) = self.written.get(self.clean.len()..).filter(|r| !r.is_empty()) {
            let Err(error) = std::str::from_utf8(rest) else {
                return self.clean.extend_from_slice(rest);
            };
            let (good, bad) = rest.split_at(error.valid_up_to());
            let count = match error.error_len() {
                Some(count) => count,
                None if last => bad.len(),
                None => return self.clean.extend_from_slice(good),
            };
            self.clean.extend_from_slice(good);
            let from = self.clean.len();
            self.mended.extend(from..from + count);
            self.clean.resize(from + count, STAND_IN);
        }
    }

    /// Passes over what a piece past the bound holds, up to the next mark.
    fn seek_mark(&mut self) -> io::Result<()> {
        if !self.too_large {
            self.too_large = true;
            let (line, rule) = (self.line, format!("from line {} on: {Bound}", self.line));
            self.flaw.get_or_insert(Flaw { line, rule });
        }
        if self.marks == 0 {
            return Err(io::Error::other(Bound));
        }
        loop {
            let rest = self.clean.get(self.at..).unwrap_or_default();
            match rest.iter().position(|byte| MARKS.contains(byte)) {
                Some(0) => return Ok(()),
                Some(count) => self.pass(count),
                None if rest.is_empty() => {
                    self.refill()?;
                    if self.clean.is_empty() {
                        return Ok(());
                    }
                }
                None => self.pass(rest.len()),
            }
        }
    }

    /// Goes on by so many bytes.
    fn pass(&mut self, count: usize) {
        let to = (self.at + count).min(self.clean.len());
        if let Some(first) = self.mended.iter().copied().find(|at| (self.at..to).contains(at)) {
            let before = self.written.get(self.at..first).unwrap_or_default();
            let line = self.line + lines(before);
            let offset = self.offset + before.len() as u64;
            let rule = format!("line {line} (byte {offset}) is not UTF-8");
            self.flaw.get_or_insert(Flaw { line, rule });
        }
        let passed = self.written.get(self.at..to).unwrap_or_default();
        let room = MAX_KEPT_BYTES.saturating_sub(self.kept.len()).min(passed.len());
        self.kept.extend_from_slice(passed.get(..room).unwrap_or_default());
        self.line += lines(passed);
        self.offset += passed.len() as u64;
        self.at = to;
    }
}

fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

impl Read for Bounded {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buf)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Bounded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.clean.len() {
            self.refill()?;
        }
        let most = if self.room == 0 {
            self.seek_mark()?;
            1
        } else {
            self.room
        };
        let rest = self.clean.get(self.at..).unwrap_or_default();
        Ok(rest.get(..most).unwrap_or(rest))
    }

    fn consume(&mut self, count: usize) {
        match self.room {
            0 => self.marks = self.marks.saturating_sub(count),
            _ => self.room = self.room.saturating_sub(count),
        }
        self.pass(count);
    }
}
