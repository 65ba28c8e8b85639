//! 還原: acts of an export on their way back, to the byte. Pure: what is to be written follows from
//! the envelopes and from what the chronicle holds; the rows are written like those of any append.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use tongjian_events::recorded::{chain, leaf};
use tongjian_events::{Act, Place, Recorded};
use uuid::Uuid;

use super::memory::Memory;
use super::plan::{FoundStream, NewRow, Plan, whole_micros};
use super::{Appended, Head, StoreError};

/// An envelope that is, to the byte, what the chronicle writes for its act at its place.
#[derive(Debug, Clone)]
pub struct Proven {
    place: Place,
    stream: String,
    id: Uuid,
    event: &'static str,
    occurred_at: DateTime<Utc>,
    envelope: Vec<u8>,
    leaf: [u8; 32],
}

impl Proven {
    /// Reads an envelope, and writes it again to see whether it is canonical. Bodies of retired
    /// versions stay as they are.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn of(envelope: Vec<u8>) -> Result<Self, String> {
        let recorded = Recorded::read(&envelope)
            .map_err(|refusal| format!("it is no envelope that can be read: {refusal}"))?;
        let (act, place) =
            Act::read_back(recorded).map_err(|refusal| format!("it holds no act: {refusal}"))?;
        if act.envelope(&place) != envelope {
            return Err("the envelope is not in its canonical form".into());
        }
        let submission = act.submission();
        Ok(Self {
            place,
            stream: submission.stream.as_str().to_owned(),
            id: submission.id,
            event: act.row().wire_name(),
            occurred_at: submission.occurred_at.to_utc(),
            leaf: leaf(&envelope),
            envelope,
        })
    }

    /// The position.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.place.position
    }

    /// When it was recorded.
    #[must_use]
    pub fn recorded_at(&self) -> DateTime<Utc> {
        self.place.recorded_at
    }

    /// Whether it may stand right after an act of this position and time.
    ///
    /// # Errors
    /// The rule that it breaks there.
    pub fn comes_after(&self, position: u64, recorded_at: DateTime<Utc>) -> Result<(), String> {
        let due = position + 1;
        if self.position() != due {
            return Err(format!(
                "it has position {}, and {due} is due: a line is missing, repeated or out of order",
                self.position()
            ));
        }
        if self.recorded_at() < recorded_at {
            return Err("it was recorded before the act that precedes it".into());
        }
        Ok(())
    }

    /// The end of a chronicle after this act.
    ///
    /// # Errors
    /// The rule that it breaks where it would follow there.
    pub fn follows(&self, head: &Head) -> Result<Head, String> {
        self.comes_after(head.position, head.recorded_at)?;
        Ok(Head {
            position: self.position(),
            recorded_at: self.recorded_at(),
            chain: chain(&head.chain, &self.leaf),
        })
    }

    fn stream(&self) -> &str {
        &self.stream
    }

    pub(super) fn id(&self) -> Uuid {
        self.id
    }
}

/// What is known of the streams of a batch, and the names that must be looked up: those of which
/// the batch does not hold the first act. That the others are new is for the database to confirm.
pub(super) fn streams<'a>(
    memory: &Memory,
    acts: &'a [Proven],
) -> (HashMap<String, FoundStream>, Vec<&'a str>) {
    let before = acts.first().map_or(0, |act| act.position().saturating_sub(1));
    let (mut known, mut asked) = (HashMap::new(), Vec::new());
    let mut seen = HashSet::with_capacity(acts.len());
    for act in acts.iter().filter(|act| seen.insert(act.stream())) {
        match memory.stream_at(before, act.stream()) {
            Some(stream) => {
                known.insert(act.stream().to_owned(), stream);
            }
            None if act.place.stream_version > 1 => asked.push(act.stream()),
            None => {}
        }
    }
    (known, asked)
}

/// What is to be written after `before`, where streams have come so far.
///
/// # Errors
/// [`StoreError::Overtaken`] when the chronicle ends elsewhere, [`StoreError::Misplaced`] at the
/// first act that does not follow from what precedes it.
pub(super) fn plan(
    acts: Vec<Proven>,
    before: Head,
    mut streams: HashMap<String, FoundStream>,
) -> Result<Plan, StoreError> {
    let first = acts.first().map_or(before.position + 1, Proven::position);
    if first != before.position + 1 {
        return Err(StoreError::Overtaken { position: before.position });
    }
    let mut head = before;
    let mut rows = Vec::with_capacity(acts.len());
    for act in acts {
        let position = act.position();
        let misplaced = |rule: String| StoreError::Misplaced { position, rule };
        head = act.follows(&head).map_err(misplaced)?;
        let place = act.place;
        let stream = match streams.get_mut(act.stream()) {
            Some(stream) => stream,
            None => streams
                .entry(act.stream.clone())
                .or_insert(FoundStream { id: position, version: 0 }),
        };
        stream.version += 1;
        if place.stream_version != stream.version {
            return Err(misplaced(format!(
                "it is act {} of `{}`, and {} is due there",
                place.stream_version,
                act.stream(),
                stream.version
            )));
        }
        rows.push(row(act, stream.id, head.chain));
    }
    let begun = streams.iter().filter(|(_, stream)| stream.id > before.position);
    let mut new_streams: Vec<_> = begun.map(|(name, stream)| (stream.id, name.clone())).collect();
    new_streams.sort_unstable();
    Ok(Plan { rows, new_streams, touched: streams, head, answers: Vec::new() })
}

fn row(act: Proven, stream_id: u64, chain: [u8; 32]) -> NewRow {
    let place = act.place;
    NewRow {
        stream_id,
        id: act.id,
        event: act.event,
        occurred_at: whole_micros(act.occurred_at),
        at: Appended {
            position: place.position,
            stream_version: place.stream_version,
            recorded_at: place.recorded_at,
            leaf: act.leaf,
            repeated: false,
        },
        envelope: act.envelope,
        chain,
    }
}
