//! The lines of a file in batches, each proven by a thread of its own while others are read and
//! written. The order is that of the file: what is handed on are the batches, not their outcomes.

use std::num::NonZero;
use std::thread::available_parallelism;

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::RestoreError;
use super::file::{Lines, Read};
use crate::store::{Head, Proven};

/// How much is committed at once.
const ACTS: usize = 8_192;
const BYTES: usize = 8 << 20;

/// How many batches are read and proven ahead of the one that is written. With the longest lines
/// each holds a little more than [`BYTES`].
pub(super) fn ahead() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// A line that breaks a rule, and the rule.
pub(super) type Fault = (u64, String);

/// Lines that follow each other, as they were read.
#[derive(Default)]
struct Batch {
    first_line: u64,
    envelopes: Vec<Vec<u8>>,
    bytes: usize,
}

/// What became of a batch: its acts, up to the first line that holds none.
pub(super) struct Looked {
    first_line: u64,
    acts: Vec<Proven>,
    fault: Option<Fault>,
}

impl Batch {
    fn take(&mut self, line: u64, envelope: &[u8]) {
        if self.envelopes.is_empty() {
            self.first_line = line;
            self.envelopes.reserve(ACTS);
        }
        self.bytes += envelope.len();
        self.envelopes.push(envelope.to_vec());
    }

    fn is_full(&self) -> bool {
        self.envelopes.len() >= ACTS || self.bytes >= BYTES
    }

    fn prove(self) -> Looked {
        let mut looked = Looked {
            first_line: self.first_line,
            acts: Vec::with_capacity(self.envelopes.len()),
            fault: None,
        };
        for (envelope, line) in self.envelopes.into_iter().zip(self.first_line..) {
            match Proven::of(envelope) {
                Ok(act) => looked.acts.push(act),
                Err(rule) => {
                    looked.fault = Some((line, rule));
                    break;
                }
            }
        }
        looked
    }
}

impl Looked {
    /// The acts that follow one after the other after `head`, and what ends them.
    pub(super) fn after(mut self, head: &Head) -> (Vec<Proven>, Option<Fault>) {
        let (mut position, mut recorded_at) = (head.position, head.recorded_at);
        let misplaced =
            self.acts.iter().zip(self.first_line..).zip(0..).find_map(|((act, line), index)| {
                match act.comes_after(position, recorded_at) {
                    Ok(()) => {
                        (position, recorded_at) = (act.position(), act.recorded_at());
                        None
                    }
                    Err(rule) => Some((index, (line, rule))),
                }
            });
        if let Some((index, fault)) = misplaced {
            self.acts.truncate(index);
            self.fault = Some(fault);
        }
        (self.acts, self.fault)
    }
}

/// Reads to the end of the file, or until nobody takes what is read any more. What came before a
/// line that cannot be read is sent.
pub(super) fn send(
    mut lines: Lines,
    batches: &mpsc::Sender<JoinHandle<Looked>>,
) -> Result<(), RestoreError> {
    loop {
        let (batch, outcome) = next(&mut lines);
        let ended = !batch.is_full();
        if !batch.envelopes.is_empty()
            && batches.blocking_send(spawn_blocking(|| batch.prove())).is_err()
        {
            return Ok(());
        }
        if ended {
            return outcome;
        }
    }
}

/// The next batch; one that is not full is the last.
fn next(lines: &mut Lines) -> (Batch, Result<(), RestoreError>) {
    let mut batch = Batch::default();
    while !batch.is_full() {
        let number = lines.number() + 1;
        match lines.next() {
            Ok(Some(Read::Act(bytes))) => batch.take(number, bytes),
            Ok(Some(Read::Last(_)) | None) => break,
            Err(error) => return (batch, Err(error)),
        }
    }
    (batch, Ok(()))
}
