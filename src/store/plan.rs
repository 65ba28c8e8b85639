//! What becomes of a batch of commands: pure, the same for every backend. It is given what the
//! chronicle holds and says what is to be written and what each sender is answered. A command is
//! taken whole or not at all; one that is refused leaves the others as they are.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use tongjian_events::recorded::{chain, leaf};
use tongjian_events::{Act, Place, Recorded, Refusal};
use uuid::Uuid;

use super::{AppendError, Appended, Command, Expected, Head, StoreError};

/// What the chronicle holds of what a batch speaks of, read under the append lock.
#[derive(Debug)]
pub(super) struct Found {
    /// The end of the chronicle.
    pub(super) head: Head,
    /// The acts already recorded under ids of the batch.
    pub(super) recorded: HashMap<Uuid, FoundAct>,
    /// The streams of the batch; one without acts is absent.
    pub(super) streams: HashMap<String, FoundStream>,
}

/// How far a stream has come.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundStream {
    /// The position of its first act, by which it is known.
    pub(super) id: u64,
    /// How many acts it holds.
    pub(super) version: u64,
}

/// An act already recorded.
#[derive(Debug)]
pub(super) struct FoundAct {
    /// Where it stands.
    pub(super) at: Appended,
    /// Its exact bytes.
    pub(super) envelope: Vec<u8>,
}

/// One act to be written.
#[derive(Debug)]
pub(super) struct NewRow {
    /// Its stream: the position of the stream's first act.
    pub(super) stream_id: u64,
    /// Its id.
    pub(super) id: Uuid,
    /// Its event's wire name.
    pub(super) event: &'static str,
    /// When it happened, as claimed.
    pub(super) occurred_at: DateTime<Utc>,
    /// Where it stands.
    pub(super) at: Appended,
    /// Its exact bytes.
    pub(super) envelope: Vec<u8>,
    /// The chain up to it.
    pub(super) chain: [u8; 32],
}

/// What is to be written and answered.
#[derive(Debug)]
pub(super) struct Plan {
    /// The acts to be written, in order of position.
    pub(super) rows: Vec<NewRow>,
    /// The streams that begin: id and name, in order of their ids.
    pub(super) new_streams: Vec<(u64, String)>,
    /// How far the streams of the batch have come afterwards.
    pub(super) touched: HashMap<String, FoundStream>,
    /// The end of the chronicle afterwards.
    pub(super) head: Head,
    /// An answer for each command, in order.
    pub(super) answers: Vec<Result<Vec<Appended>, AppendError>>,
}

/// What can be said of a command without looking into the chronicle.
pub(super) fn check(command: &Command) -> Result<(), Refusal> {
    let malformed = |rule: String| Err(Refusal::Malformed { rule });
    if command.acts.is_empty() {
        return malformed("a command holds at least one act".into());
    }
    for act in &command.acts {
        let own = &act.submission().stream;
        if *own != command.stream {
            return malformed(format!(
                "stream: `{own}` stands in a command of `{}`",
                command.stream
            ));
        }
    }
    let late = command.acts.iter().find(|act| act.submission().occurred_at > command.received_at);
    late.map_or(Ok(()), |act| {
        Err(Refusal::OccurredAfterReceipt {
            occurred_at: act.submission().occurred_at,
            received_at: command.received_at,
        })
    })
}

/// Decides a batch.
pub(super) fn plan(commands: &[Command], found: Found) -> Plan {
    let before = found.head.position;
    let mut planner = Planner {
        head: found.head,
        recorded: found.recorded,
        streams: found.streams,
        rows: Vec::with_capacity(commands.iter().map(|command| command.acts.len()).sum()),
        placed: HashMap::with_capacity(commands.len()),
    };
    let answers = commands.iter().map(|command| planner.decide(command)).collect();
    let new = planner.streams.iter().filter(|(_, stream)| stream.id > before);
    let mut new_streams: Vec<_> = new.map(|(name, stream)| (stream.id, name.clone())).collect();
    new_streams.sort_unstable();
    let Planner { rows, streams: touched, head, .. } = planner;
    Plan { rows, new_streams, touched, head, answers }
}

struct Planner {
    head: Head,
    recorded: HashMap<Uuid, FoundAct>,
    streams: HashMap<String, FoundStream>,
    rows: Vec<NewRow>,
    placed: HashMap<Uuid, usize>,
}

impl Planner {
    fn decide(&mut self, command: &Command) -> Result<Vec<Appended>, AppendError> {
        check(command)?;
        let known = self.known(&command.acts)?;
        let mut ids = HashSet::with_capacity(command.acts.len());
        for act in &command.acts {
            let id = act.submission().id;
            if !ids.insert(id) {
                return Err(Refusal::RepeatedInCommand { id }.into());
            }
        }
        if known.len() == command.acts.len() {
            return Ok(known.into_iter().map(|(_, at)| at).collect());
        }
        if let Some((id, at)) = known.first() {
            return Err(Refusal::PartlyRecorded { id: *id, position: at.position }.into());
        }
        self.check_expectation(command)?;
        Ok(command.acts.iter().map(|act| self.place(act, command.received_at)).collect())
    }

    /// The acts of a command that are recorded already, each with its first place.
    fn known(&self, acts: &[Act]) -> Result<Vec<(Uuid, Appended)>, AppendError> {
        let mut known = Vec::new();
        for act in acts {
            let id = act.submission().id;
            let placed = self.placed.get(&id).and_then(|index| self.rows.get(*index));
            let before = placed
                .map(|row| (row.at, &row.envelope))
                .or_else(|| self.recorded.get(&id).map(|found| (found.at, &found.envelope)));
            let Some((at, envelope)) = before else { continue };
            let position = at.position;
            let recorded = Recorded::read(envelope).map_err(|refusal| {
                AppendError::Store(StoreError::Damaged { position, finding: refusal.to_string() })
            })?;
            if !recorded.says_the_same_as(act) {
                return Err(Refusal::RecordedWithDifferentBody { id, position }.into());
            }
            known.push((id, Appended { repeated: true, ..at }));
        }
        Ok(known)
    }

    fn check_expectation(&self, command: &Command) -> Result<(), Refusal> {
        let held = self.streams.get(command.stream.as_str());
        let actual = held.map_or(0, |stream| stream.version);
        let expected = match command.expected {
            Expected::Any => return Ok(()),
            Expected::New if actual == 0 => return Ok(()),
            Expected::Exists if actual > 0 => return Ok(()),
            Expected::Exact(version) if actual == version => return Ok(()),
            Expected::New => "to be new".into(),
            Expected::Exists => "to exist".into(),
            Expected::Exact(version) => format!("at version {version}"),
        };
        Err(Refusal::VersionConflict { stream: command.stream.to_string(), expected, actual })
    }

    fn place(&mut self, act: &Act, received_at: DateTime<Utc>) -> Appended {
        let submission = act.submission();
        let stream = submission.stream.as_str();
        let position = self.head.position + 1;
        let held = match self.streams.get_mut(stream) {
            Some(held) => {
                held.version += 1;
                *held
            }
            None => {
                let new = FoundStream { id: position, version: 1 };
                self.streams.insert(stream.into(), new);
                new
            }
        };
        let stream_version = held.version;
        let recorded_at = self.head.recorded_at.max(whole_micros(received_at));
        let envelope = act.envelope(&Place { position, stream_version, recorded_at });
        let leaf = leaf(&envelope);
        self.head = Head { position, recorded_at, chain: chain(&self.head.chain, &leaf) };
        self.placed.insert(submission.id, self.rows.len());
        let at = Appended { position, stream_version, recorded_at, leaf, repeated: false };
        self.rows.push(NewRow {
            stream_id: held.id,
            id: submission.id,
            event: act.row().wire_name(),
            occurred_at: whole_micros(submission.occurred_at.to_utc()),
            at,
            envelope,
            chain: self.head.chain,
        });
        at
    }
}

/// The instant without what is finer than a microsecond.
pub(super) fn whole_micros(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}
