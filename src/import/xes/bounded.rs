//! The bytes of an XML document with a bound on every tag, text and comment, because the parser
//! holds each of them whole. Keeps the text of an event, to be shown where it is refused.

use std::io::{self, BufRead, Read};

use super::super::source::Source;

/// The greatest size of one tag, text, comment or document type, in bytes.
const MAX_PIECE_BYTES: usize = 1 << 20;
/// How much of an event's text is kept to be shown.
const MAX_KEPT_BYTES: usize = 1 << 20;

pub(super) struct Bounded {
    source: Source,
    room: usize,
    kept: Vec<u8>,
    keeps: bool,
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
        Self { source, room: MAX_PIECE_BYTES, kept: Vec::new(), keeps: false }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// Another tag or text begins.
    pub(super) fn begin(&mut self) {
        self.room = MAX_PIECE_BYTES;
        if !self.keeps {
            self.kept.clear();
        }
    }

    /// Keeps the text from the tag read last on.
    pub(super) fn keep(&mut self) {
        self.keeps = true;
    }

    /// The text kept, up to here.
    pub(super) fn kept(&mut self) -> String {
        self.keeps = false;
        String::from_utf8_lossy(&self.kept).into_owned()
    }
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
        if self.room == 0 {
            return Err(io::Error::other(Bound));
        }
        let bytes = self.source.fill_buf()?;
        Ok(bytes.get(..self.room).unwrap_or(bytes))
    }

    fn consume(&mut self, count: usize) {
        self.room = self.room.saturating_sub(count);
        let room = MAX_KEPT_BYTES.saturating_sub(self.kept.len()).min(count);
        let bytes = self.source.buffered().get(..room).unwrap_or_default();
        self.kept.extend_from_slice(bytes);
        self.source.consume(count);
    }
}
