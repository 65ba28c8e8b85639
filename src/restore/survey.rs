//! The first reading of a file: hashes only, so that what was cut off or altered is found before
//! anything is written.

use std::path::{Path, PathBuf};

use tongjian_events::Recorded;
use tongjian_events::recorded::{chain, leaf};

use super::file::{Lines, Read};
use super::{RestoreError, empty, line};
use crate::import::Progress;
use crate::store::{Head, Proven};

/// A file whose bytes lead to the end that was promised.
#[derive(Debug, Clone)]
pub struct Survey {
    path: PathBuf,
    head: Head,
}

impl Survey {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the chronicle in it ends.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }
}

/// Reads a file to its end and compares that with its last line, and with the chain where one is
/// given; where one is given, the last line may be missing. `started` is given the progress.
///
/// # Errors
/// [`RestoreError`] with the first line that breaks a rule, if it can be told, or else the end.
pub fn survey(
    path: &Path,
    expected: Option<[u8; 32]>,
    started: impl FnOnce(Progress),
) -> Result<Survey, RestoreError> {
    let mut lines = Lines::open(path)?;
    started(lines.progress());
    let (mut head, mut last, mut told) = (empty(), Vec::new(), None);
    while let Some(read) = lines.next()? {
        match read {
            Read::Act(bytes) => {
                head.chain = chain(&head.chain, &leaf(bytes));
                head.position += 1;
                last.clear();
                last.extend_from_slice(bytes);
            }
            Read::Last(end) => told = Some(end),
        }
    }
    let end = lines.number() + u64::from(told.is_none());
    let broken = |rule: &str| first_fault(path).and(Err(line(path, end, rule)));
    if head.position > 0 {
        match Recorded::read(&last) {
            Ok(recorded) => head.recorded_at = recorded.place.recorded_at,
            Err(_) => return broken("the act before it cannot be read"),
        }
    }
    if told.is_none() && expected.is_none() {
        return Err(line(
            path,
            end,
            "the last line is missing: the file was cut off, or exported without --proof; with \
             --chain it is compared with the chain that `verify` printed",
        ));
    }
    if told.is_some_and(|told| told != head) {
        return broken(
            "the last line does not follow from the lines before it: one of them was altered, left \
             out or added",
        );
    }
    if expected.is_some_and(|expected| expected != head.chain) {
        return broken("the chain up to here is not the one that was asked for");
    }
    Ok(Survey { path: path.into(), head })
}

/// The first line that breaks a rule by itself, or after the one before it.
fn first_fault(path: &Path) -> Result<(), RestoreError> {
    let mut lines = Lines::open(path)?;
    let mut head = empty();
    while let Some(Read::Act(bytes)) = lines.next()? {
        let act = Proven::of(bytes.to_vec()).and_then(|act| act.follows(&head));
        head = act.map_err(|rule| line(path, lines.number(), rule))?;
    }
    Ok(())
}
