//! What the appender remembers between batches: the end of the chronicle and how far streams had
//! come when it last wrote. It may be wrong at any time, since others may write too; whoever uses
//! it lets the database confirm that the head has not moved, and that what is said to be new is.

use std::collections::HashMap;

use super::plan::{Found, FoundStream, Plan};
use super::{Command, Expected, Head};

/// How many streams are remembered; when there are more, all are forgotten.
const STREAMS: usize = 1 << 16;

/// What was true after the last batch of this process.
#[derive(Debug, Default)]
pub(super) struct Memory {
    head: Option<Head>,
    streams: HashMap<String, FoundStream>,
    /// Another has written since; what is remembered would only be refused.
    overtaken: bool,
}

impl Memory {
    /// What a batch must know, if all of it is remembered. A stream that its command expects to be
    /// new is taken to be new; that no id of the batch is recorded yet is assumed.
    pub(super) fn recall(&self, commands: &[Command]) -> Option<Found> {
        let head = self.head.filter(|_| !self.overtaken)?;
        let mut streams = HashMap::with_capacity(commands.len());
        for command in commands {
            match self.streams.get(command.stream.as_str()) {
                Some(stream) => {
                    streams.insert(command.stream.as_str().to_owned(), *stream);
                }
                None if matches!(command.expected, Expected::New | Expected::Exact(0)) => {}
                None => return None,
            }
        }
        Some(Found { head, recorded: HashMap::new(), streams })
    }

    /// How far a stream had come when the chronicle ended at `position`, if that is remembered.
    pub(super) fn stream_at(&self, position: u64, stream: &str) -> Option<FoundStream> {
        let head = self.head.filter(|head| head.position == position && !self.overtaken)?;
        self.streams.get(stream).filter(|stream| stream.id <= head.position).copied()
    }

    /// Compares with what was read under the lock. As long as others write between the batches of
    /// this process nothing is recalled: it would be refused, at the price of a wait for the lock.
    pub(super) fn compare(&mut self, read: &Head) {
        self.overtaken = self.head.is_some_and(|known| known != *read);
        if self.overtaken {
            self.streams.clear();
        }
    }

    /// Takes in what was committed.
    pub(super) fn learn(&mut self, mut plan: Plan) -> Plan {
        self.head = Some(plan.head);
        if self.streams.len() + plan.touched.len() > STREAMS {
            self.streams.clear();
        }
        self.streams.extend(plan.touched.drain());
        plan
    }
}
