//! 不予辦理: why something is not done with a bulletin, each by the name of its rule.

use chrono::NaiveDate;
use tongjian_events::SiteCode;

use crate::bulletin::draft::DraftError;
use crate::past::PastError;
use crate::store::{AppendError, StoreError};
use tongjian_events::Refusal;

/// 規則: the rule that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// 期未滿.
    #[error("the period ends on {until_on}, and it is {today}: it has not ended")]
    PeriodNotEnded {
        /// Its last day.
        until_on: NaiveDate,
        /// Today.
        today: NaiveDate,
    },
    /// 期內無事.
    #[error("nothing happened at {scope} and below it from {from_on} to {until_on}")]
    PeriodEmpty {
        /// The site.
        scope: SiteCode,
        /// The first day.
        from_on: NaiveDate,
        /// The last day.
        until_on: NaiveDate,
    },
    /// 已印發.
    #[error("it was issued as {number} on {on}; what is wrong in it is put right by an erratum")]
    AlreadyIssued {
        /// Its number.
        number: String,
        /// The day.
        on: NaiveDate,
    },
    /// 已有草稿.
    #[error("the draft {digest} stands, and nothing that it says has changed")]
    DraftStands {
        /// Its digest.
        digest: String,
    },
    /// 未起草.
    #[error("there is no draft of `{stream}`")]
    NotDrafted {
        /// The stream.
        stream: String,
    },
    /// 草稿已改.
    #[error("the draft is {held}, and {named} was named: it is another one by now")]
    AnotherDraft {
        /// The digest of the draft that stands.
        held: String,
        /// The digest that was named.
        named: String,
    },
    /// 自審.
    #[error("{by} made the draft; another person reviews it")]
    OwnDraft {
        /// Who.
        by: String,
    },
    /// 已審核.
    #[error("{by} said so already")]
    AlreadyReviewed {
        /// Who.
        by: String,
    },
    /// 未審核.
    #[error("no review approved the draft {digest}")]
    NotApproved {
        /// Its digest.
        digest: String,
    },
    /// 已簽發.
    #[error("{by} signed it already")]
    AlreadySigned {
        /// Who.
        by: String,
    },
    /// 自簽.
    #[error("{by} approved the draft; another person signs it")]
    OwnReview {
        /// Who.
        by: String,
    },
    /// 未簽發.
    #[error("nobody signed the draft {digest}")]
    NotSigned {
        /// Its digest.
        digest: String,
    },
    /// 內容不符.
    #[error(
        "the content at position {position} is {found}, and {named} is on record: this release \
         says it otherwise, or the chronicle is another one"
    )]
    ContentDiffers {
        /// The position.
        position: u64,
        /// The digest on record.
        named: String,
        /// The digest as recomputed.
        found: String,
    },
    /// 無發文機關.
    #[error("no body that supervises {scope} is named for {on}: it gives the number")]
    NoBody {
        /// The site.
        scope: SiteCode,
        /// The day.
        on: NaiveDate,
    },
    /// 無主送機關.
    #[error("it goes to nobody: name the recipients, or adopt them in the policy `bulletins`")]
    NoRecipients,
    /// 未印發.
    #[error("it is not issued yet")]
    NotIssued,
    /// 非收文單位.
    #[error("it goes neither to `{unit}` nor in copy to it")]
    NotAddressed {
        /// The unit.
        unit: String,
    },
    /// 已送達.
    #[error("`{unit}` got it already")]
    AlreadyDelivered {
        /// The unit.
        unit: String,
    },
    /// 未送達.
    #[error("`{unit}` has not got it yet")]
    NotDelivered {
        /// The unit.
        unit: String,
    },
    /// 已閱讀.
    #[error("`{unit}` read it already")]
    AlreadyRead {
        /// The unit.
        unit: String,
    },
    /// 無可更正.
    #[error("at position {position} no figure is another than at {before}")]
    NothingChanged {
        /// The present position.
        position: u64,
        /// The position of the figures that hold.
        before: u64,
    },
    /// 更正重疊.
    #[error("figures up to position {before} were corrected already, and these end at {position}")]
    Overlapping {
        /// The position of the figures that would correct.
        position: u64,
        /// The position of the figures that hold.
        before: u64,
    },
}

impl Refused {
    /// A stable name for machines, such as `period-not-ended`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PeriodNotEnded { .. } => "period-not-ended",
            Self::PeriodEmpty { .. } => "period-empty",
            Self::AlreadyIssued { .. } => "already-issued",
            Self::DraftStands { .. } => "draft-stands",
            Self::NotDrafted { .. } => "not-drafted",
            Self::AnotherDraft { .. } => "another-draft",
            Self::OwnDraft { .. } => "own-draft",
            Self::AlreadyReviewed { .. } => "already-reviewed",
            Self::NotApproved { .. } => "not-approved",
            Self::AlreadySigned { .. } => "already-signed",
            Self::OwnReview { .. } => "own-review",
            Self::NotSigned { .. } => "not-signed",
            Self::ContentDiffers { .. } => "content-differs",
            Self::NoBody { .. } => "no-body",
            Self::NoRecipients => "no-recipients",
            Self::NotIssued => "not-issued",
            Self::NotAddressed { .. } => "not-addressed",
            Self::AlreadyDelivered { .. } => "already-delivered",
            Self::NotDelivered { .. } => "not-delivered",
            Self::AlreadyRead { .. } => "already-read",
            Self::NothingChanged { .. } => "nothing-changed",
            Self::Overlapping { .. } => "overlapping",
        }
    }
}

/// Why something was not done with a bulletin.
#[derive(Debug, thiserror::Error)]
pub enum LifeError {
    /// A rule stands in the way.
    #[error("{}: {}", .0.code(), .0)]
    Refused(Refused),
    /// It is about a site that is not covered; told as if there were no such bulletin.
    #[error("{}: {}", .0.code(), .0)]
    Outside(Refused),
    /// Its content cannot be made.
    #[error(transparent)]
    Content(DraftError),
    /// The chronicle as it stood cannot be made.
    #[error(transparent)]
    Past(#[from] PastError),
    /// The chronicle cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The chronicle did not take it.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// A value that was given breaks a rule.
    #[error("{0}")]
    Unlawful(String),
    /// A content cannot be written as JSON, or read from it.
    #[error("the content cannot be written or read")]
    Unwritable(#[from] serde_json::Error),
    /// Others were faster as often as it was tried.
    #[error("others work on it at the same time; try again")]
    Busy,
}

impl From<DraftError> for LifeError {
    fn from(error: DraftError) -> Self {
        Self::Content(error)
    }
}

impl From<Refused> for LifeError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Refusal> for LifeError {
    fn from(refusal: Refusal) -> Self {
        Self::Append(refusal.into())
    }
}

impl LifeError {
    /// Whether it is the chronicle that failed, and not the bulletin that cannot be.
    #[must_use]
    pub fn is_of_chronicle(&self) -> bool {
        match self {
            Self::Store(_) | Self::Past(_) | Self::Append(_) | Self::Busy => true,
            Self::Content(error) => matches!(error, DraftError::Store(_) | DraftError::Restless),
            Self::Refused(_) | Self::Outside(_) | Self::Unlawful(_) | Self::Unwritable(_) => false,
        }
    }

    /// Whether another was faster: the state is to be looked at again.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        let Self::Append(AppendError::Refused(refusal)) = self else { return false };
        matches!(
            refusal,
            Refusal::VersionConflict { .. }
                | Refusal::RecordedWithDifferentBody { .. }
                | Refusal::PartlyRecorded { .. }
        )
    }
}
