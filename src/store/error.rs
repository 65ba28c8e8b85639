//! What can go wrong: an append is refused, or the store fails.

use tongjian_events::Refusal;

use super::Cause;

/// Why an append did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The command was refused; nothing of it was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Too many commands are waiting; try again.
    #[error("the chronicle is busy; try again")]
    Busy,
    /// The store failed. What became of the command is unknown: send it again with the same ids.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the store could not do something.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database answered with an error.
    #[error("the database failed to {operation}")]
    Database {
        /// What was being done.
        operation: &'static str,
        /// Its answer.
        source: Cause,
    },
    /// What is there is no chronicle that this release can use.
    #[error("it cannot be used: {reason}")]
    Unsuitable {
        /// Why.
        reason: String,
    },
    /// The read tables cannot be used as they are.
    #[error("the read tables cannot be used: {finding}")]
    ReadTables {
        /// What was found.
        finding: String,
    },
    /// An entry of the audit trail is not as it was entered.
    #[error("entry {number} of the audit trail was altered or taken out")]
    AlteredTrail {
        /// The first such entry.
        number: u64,
    },
    /// The appender has stopped.
    #[error("the appender has stopped: {reason}")]
    Stopped {
        /// Why.
        reason: String,
    },
    /// Acts that were to stand at a place of their own do not fit there.
    #[error("the act at position {position} cannot be restored: {rule}")]
    Misplaced {
        /// The first position that does not fit.
        position: u64,
        /// The rule that it breaks.
        rule: String,
    },
    /// The chronicle does not end where it was said to end: another process wrote to it.
    #[error("the chronicle ends at position {position} by now: another process writes to it")]
    Overtaken {
        /// Where it ends.
        position: u64,
    },
    /// The database lacks acts that it was seen to hold: it was restored to an earlier moment, or a
    /// standby took over that had not received them.
    #[error(
        "the chronicle lacks acts that it held: it had come to position {seen} and is now another \
         at {position}; look at it with `tongjian verify`, and start again"
    )]
    Lost {
        /// The last position that was seen.
        seen: u64,
        /// Where it ends.
        position: u64,
    },
    /// The chronicle is damaged.
    #[error("the chronicle is damaged at position {position}: {finding}")]
    Damaged {
        /// The first position where it shows.
        position: u64,
        /// What was found.
        finding: String,
    },
}

impl StoreError {
    /// What failed, and why, for those who look after the database; senders are told only what
    /// failed.
    pub(crate) fn with_cause(&self) -> String {
        match self {
            Self::Database { source, .. } => format!("{self}: {source}"),
            _ => self.to_string(),
        }
    }
}

/// Names what was being done when the database answered with an error.
pub(crate) fn failed(operation: &'static str) -> impl Fn(sqlx::Error) -> StoreError + Copy {
    move |source: sqlx::Error| StoreError::Database { operation, source: source.into() }
}
