//! 還原: a chronicle from its export: the same positions, bytes, leaves and chain, on either
//! backend. The file is read twice. First every byte of it is hashed and its end compared, so that
//! nothing of a file that was cut off or altered is written; then it is taken, batch by batch:
//! read by one thread, proven canonical by as many as there are cores, written in order.
//!
//! Whatever was committed stays, and the same order goes on from there: what a chronicle holds
//! already must be, to the byte, how the file begins.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tongjian_events::recorded::{chain, leaf};

use crate::import::{ImportError, Progress};
use crate::store::{Head, Proven, Store, StoreError};

mod batch;
mod file;
mod survey;

use batch::{Looked, send};
use file::{Lines, Read};
pub use survey::{Survey, survey};

/// How many acts are compared at a time.
const PAGE: u32 = 2_000;

/// Why a restore did not happen, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] ImportError),
    /// A line of the file breaks a rule.
    #[error("`{}` line {line}: {rule}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The rule.
        rule: String,
    },
    /// The chronicle holds what the file does not begin with.
    #[error(
        "the chronicle holds {held} acts that are not the beginning of `{}`: line {line} \
         {finding}; restore into an empty one",
        path.display()
    )]
    Another {
        /// The file.
        path: PathBuf,
        /// How many acts the chronicle holds.
        held: u64,
        /// The first line that differs.
        line: u64,
        /// What differs.
        finding: &'static str,
    },
    /// The chronicle failed.
    #[error("lines {from} to {to} were not taken")]
    Store {
        /// The first line of the batch.
        from: u64,
        /// Its last line.
        to: u64,
        /// What the chronicle said.
        source: StoreError,
    },
    /// The chronicle cannot be read.
    #[error("the chronicle failed")]
    Chronicle(#[from] StoreError),
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// How many acts were written.
    pub written: u64,
    /// How many were there already.
    pub there: u64,
    /// The end of the chronicle.
    pub head: Head,
}

/// Takes a file that was [surveyed](survey). `started` is given the progress of the reading.
///
/// # Errors
/// [`RestoreError`]; what was committed stays.
pub async fn restore(
    store: &Store,
    survey: &Survey,
    started: impl FnOnce(Progress),
) -> Result<Restored, RestoreError> {
    let mut lines = Lines::open(survey.path())?;
    started(lines.progress());
    let held = store.head().await?;
    compare(store, &mut lines, &held, survey).await?;
    let (batches, looked_at) = mpsc::channel(batch::ahead());
    let path = survey.path().to_owned();
    let reading = tokio::task::spawn_blocking(move || send(lines, &batches));
    let head = take(store, &path, held, looked_at).await?;
    reading.await.map_err(|_| stopped())??;
    if head != survey.head() {
        let rule = "the file is another one than a moment ago: it was changed meanwhile";
        return Err(line(survey.path(), head.position, rule));
    }
    Ok(Restored { written: head.position - held.position, there: held.position, head })
}

/// Takes the acts of a surveyed file up to a position into an empty chronicle, and tells the
/// bytes of each act after it.
///
/// # Errors
/// [`RestoreError`]; what was committed stays.
pub async fn restore_until(
    store: &Store,
    survey: &Survey,
    until: u64,
    later: &mut (dyn FnMut(&[u8]) + Send),
) -> Result<(), RestoreError> {
    let mut lines = Lines::open(survey.path())?;
    let (mut batch, mut position, mut so_far) = (Vec::new(), 0, empty().chain);
    while let Some(Read::Act(bytes)) = lines.next()? {
        position += 1;
        so_far = chain(&so_far, &leaf(bytes));
        if position > until {
            later(bytes);
            continue;
        }
        let proven = Proven::of(bytes.to_vec());
        batch.push(proven.map_err(|rule| line(survey.path(), position, rule))?);
        if batch.len() >= PAGE as usize || position == until {
            let (from, acts) = (position + 1 - batch.len() as u64, std::mem::take(&mut batch));
            let outcome = store.restore(acts).await;
            outcome.map_err(|source| RestoreError::Store { from, to: position, source })?;
        }
    }
    if so_far == survey.head().chain {
        return Ok(());
    }
    let rule = "the file is another one than a moment ago: it was changed meanwhile";
    Err(line(survey.path(), position, rule))
}

/// Writes the batches in the order of the file. What comes before a line that breaks a rule is
/// taken, what comes after it is not.
async fn take(
    store: &Store,
    path: &Path,
    mut head: Head,
    mut batches: mpsc::Receiver<JoinHandle<Looked>>,
) -> Result<Head, RestoreError> {
    while let Some(batch) = batches.recv().await {
        let looked = batch.await.map_err(|_| stopped())?;
        let (acts, fault) = looked.after(&head);
        if !acts.is_empty() {
            let (from, to) = (head.position + 1, head.position + acts.len() as u64);
            let outcome = store.restore(acts).await;
            head = outcome.map_err(|source| RestoreError::Store { from, to, source })?;
        }
        if let Some((number, rule)) = fault {
            return Err(line(path, number, rule));
        }
    }
    Ok(head)
}

fn stopped() -> StoreError {
    StoreError::Stopped { reason: "the reading of the file ended before its end".into() }
}

fn line(path: &Path, line: u64, rule: impl Into<String>) -> RestoreError {
    RestoreError::Line { path: path.into(), line, rule: rule.into() }
}

/// Reads as many lines as the chronicle holds acts, and compares each.
async fn compare(
    store: &Store,
    lines: &mut Lines,
    held: &Head,
    survey: &Survey,
) -> Result<(), RestoreError> {
    let another = |line, finding| RestoreError::Another {
        path: survey.path().into(),
        held: held.position,
        line,
        finding,
    };
    let end = survey.head().position;
    let mut so_far = empty();
    while so_far.position < held.position {
        for act in store.after(so_far.position, PAGE).await? {
            let position = act.position;
            if position > held.position {
                break;
            }
            if position > end {
                return Err(another(end + 1, "is past the file's end, the chronicle goes on"));
            }
            match lines.next()? {
                Some(Read::Act(bytes)) if bytes == act.envelope => {}
                _ => return Err(another(position, "is another act")),
            }
            let chain = chain(&so_far.chain, &leaf(&act.envelope));
            so_far = Head { position, chain, ..so_far };
        }
    }
    if so_far.chain == held.chain {
        return Ok(());
    }
    let finding = "the head's chain is not that of the acts before it".into();
    Err(StoreError::Damaged { position: held.position, finding }.into())
}

/// The end of an empty chronicle.
fn empty() -> Head {
    Head { position: 0, recorded_at: DateTime::<Utc>::UNIX_EPOCH, chain: [0; 32] }
}
