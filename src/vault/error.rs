//! Why details are not sealed, opened or destroyed. No text of an error holds a detail.

use chrono::NaiveDate;
use tongjian_events::Refusal;
use tongjian_events::applicant::DetailField;

use crate::store::{AppendError, StoreError};

/// Why details were not sealed, opened or destroyed.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// 未密封.
    #[error("no details of the applicant `{applicant}` are sealed")]
    NotSealed {
        /// The reference.
        applicant: String,
    },
    /// 轄外: they are sealed at a site that is not covered; told as if they were not.
    #[error("no details of the applicant `{applicant}` are sealed")]
    Outside {
        /// The reference.
        applicant: String,
    },
    /// 已銷毀.
    #[error("the details of `{applicant}` were destroyed on {on} by order {order}")]
    Destroyed {
        /// The reference.
        applicant: String,
        /// The order's number.
        order: String,
        /// The day.
        on: NaiveDate,
    },
    /// 無此項.
    #[error("no {field} is sealed")]
    NotAmong {
        /// What was asked for.
        field: DetailField,
    },
    /// 無主密鑰.
    #[error("no master key was given: details are neither sealed nor opened (--master-key FILE)")]
    NoMasterKey,
    /// 主密鑰不符.
    #[error("the key {key} is wrapped by the master key {wanted}, and {given} was given")]
    OtherMasterKey {
        /// The applicant's key.
        key: String,
        /// The master key that wraps it.
        wanted: String,
        /// The master key that was given.
        given: String,
    },
    /// 密鑰缺失.
    #[error(
        "the key {key} is not in this database, and no destruction of it is on record: an export \
         holds no keys; what it sealed is opened where the key is"
    )]
    KeyMissing {
        /// The applicant's key.
        key: String,
    },
    /// 密鑰損壞.
    #[error("the key {key} was altered: it does not unwrap")]
    KeyBroken {
        /// The applicant's key.
        key: String,
    },
    /// 密文損壞.
    #[error(
        "what is sealed for `{applicant}` was altered, or belongs to another: it does not open"
    )]
    SealBroken {
        /// The reference.
        applicant: String,
    },
    /// The machine gave no random bytes.
    #[error("no random bytes could be drawn: {0}")]
    NoRandomBytes(String),
    /// A value that was given breaks a rule.
    #[error("{0}")]
    Unlawful(String),
    /// An act cannot be written as JSON.
    #[error("the act cannot be written")]
    Unwritable(#[from] serde_json::Error),
    /// The chronicle cannot be read, or the keys.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The chronicle did not take it.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// Others were faster as often as it was tried.
    #[error("others work on it at the same time; try again")]
    Busy,
}

impl From<Refusal> for VaultError {
    fn from(refusal: Refusal) -> Self {
        Self::Append(refusal.into())
    }
}

impl VaultError {
    /// Whether another was faster: what is held is to be looked at again.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        let Self::Append(AppendError::Refused(refusal)) = self else { return false };
        matches!(
            refusal,
            Refusal::VersionConflict { .. } | Refusal::RecordedWithDifferentBody { .. }
        )
    }
}
