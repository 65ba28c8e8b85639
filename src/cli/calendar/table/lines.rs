//! On which line a row begins. The CSV reader says at which byte it went on, which is before the
//! rest of the last line end and before blank lines; its own line numbers are then too small.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// The lines that are not blank, each with the byte at which it begins and its number.
#[derive(Clone, Default)]
pub(super) struct Lines(Rc<RefCell<Seen>>);

#[derive(Default)]
struct Seen {
    begun: VecDeque<(u64, u64)>,
    bytes: u64,
    line_ends: u64,
    within: bool,
}

impl Lines {
    /// The line of the row before which the reader stood at `byte`; rows are asked for in order.
    pub(super) fn of(&self, byte: u64) -> u64 {
        let mut seen = self.0.borrow_mut();
        while seen.begun.front().is_some_and(|(at, _)| *at < byte) {
            seen.begun.pop_front();
        }
        seen.begun.front().map_or(seen.line_ends + 1, |(_, line)| *line)
    }
}

/// Reads through, and notes the lines.
pub(super) struct Noted<R> {
    inner: R,
    lines: Lines,
}

impl<R: Read> Noted<R> {
    pub(super) fn new(inner: R) -> (Self, Lines) {
        let lines = Lines::default();
        (Self { inner, lines: lines.clone() }, lines)
    }
}

impl<R: Read> Read for Noted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        let mut seen = self.lines.0.borrow_mut();
        for byte in buf.get(..count).unwrap_or_default() {
            match byte {
                b'\n' => {
                    seen.line_ends += 1;
                    seen.within = false;
                }
                b'\r' => {}
                _ if !seen.within => {
                    let begun = (seen.bytes, seen.line_ends + 1);
                    seen.begun.push_back(begun);
                    seen.within = true;
                }
                _ => {}
            }
            seen.bytes += 1;
        }
        Ok(count)
    }
}
