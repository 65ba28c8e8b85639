//! Why an append is refused: a closed list. The order of the variants is their precedence: when
//! several hold, the first is answered. Acting out of order or too late is no ground: that is
//! recorded, and becomes a finding.

use chrono::{DateTime, FixedOffset, Utc};
use uuid::Uuid;

use crate::instant;

/// Why an append was refused. The order of the variants is their precedence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It is no submission: not JSON, a member missing or unknown, a value of the wrong form.
    #[error("the submission cannot be read: {rule}")]
    Malformed {
        /// The rule it breaks, with the place.
        rule: String,
    },
    /// It is larger than an envelope may be.
    #[error("the act has {bytes} bytes; at most {limit} are allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Its id is no UUIDv7.
    #[error("id: {id} is no UUID of version 7")]
    IdNotVersion7 {
        /// The id.
        id: Uuid,
    },
    /// No such event.
    #[error("event: `{event}` is not in the catalogue")]
    EventUnknown {
        /// The name sent.
        event: String,
    },
    /// The event is known, this version of its body is not.
    #[error("version: `{event}` has no version {version}; the present one is {present}")]
    VersionUnknown {
        /// The event.
        event: String,
        /// The version sent.
        version: u16,
        /// The present version.
        present: u16,
    },
    /// The event belongs to another kind of stream.
    #[error("stream: `{event}` does not belong in the stream `{stream}`")]
    StreamOfOtherKind {
        /// The event.
        event: String,
        /// The stream sent.
        stream: String,
    },
    /// The body breaks a rule of its type.
    #[error("{field}: {rule}")]
    BodyDoesNotMatchSchema {
        /// Where in the submission, such as `body.limits.promised_working_days`.
        field: String,
        /// The rule it breaks.
        rule: String,
    },
    /// The sender may not append this here.
    #[error("not allowed: {rule}")]
    Unauthorised {
        /// What the sender may not do.
        rule: String,
    },
    /// It claims to have happened after it was received.
    #[error(
        "occurred_at: {} lies after the receipt at {}; check the window's clock",
        instant::text(occurred_at), instant::utc_text(*received_at)
    )]
    OccurredAfterReceipt {
        /// The time claimed.
        occurred_at: DateTime<FixedOffset>,
        /// The time of receipt.
        received_at: DateTime<Utc>,
    },
    /// The same id was recorded with other content, or twice in one command.
    #[error("id: {id} is recorded at position {position} with other content")]
    RecordedWithDifferentBody {
        /// The id.
        id: Uuid,
        /// Where it stands.
        position: u64,
    },
    /// The same id stands twice in one command.
    #[error("id: {id} stands twice in one command")]
    RepeatedInCommand {
        /// The id.
        id: Uuid,
    },
    /// Some acts of the command are recorded and others are not.
    #[error("id: {id} is recorded at position {position}, but other acts of the command are not")]
    PartlyRecorded {
        /// An id that is recorded.
        id: Uuid,
        /// Where it stands.
        position: u64,
    },
    /// The stream is not at the version that the sender expected.
    #[error("expected: `{stream}` was expected {expected}, it is at version {actual}")]
    VersionConflict {
        /// The stream.
        stream: String,
        /// What was expected, in words.
        expected: String,
        /// Its version; 0 when it does not exist.
        actual: u64,
    },
}

impl Refusal {
    /// A stable name for machines, such as `event-unknown`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "malformed",
            Self::TooLarge { .. } => "too-large",
            Self::IdNotVersion7 { .. } => "id-not-version-7",
            Self::EventUnknown { .. } => "event-unknown",
            Self::VersionUnknown { .. } => "version-unknown",
            Self::StreamOfOtherKind { .. } => "stream-of-other-kind",
            Self::BodyDoesNotMatchSchema { .. } => "body-does-not-match-schema",
            Self::Unauthorised { .. } => "unauthorised",
            Self::OccurredAfterReceipt { .. } => "occurred-after-receipt",
            Self::RecordedWithDifferentBody { .. } => "recorded-with-different-body",
            Self::RepeatedInCommand { .. } => "repeated-in-command",
            Self::PartlyRecorded { .. } => "partly-recorded",
            Self::VersionConflict { .. } => "version-conflict",
        }
    }
}
