//! 申請人密鑰: where the wrapped keys of applicants are kept: beside the chronicle in its database,
//! and never in it. They are the only rows that are ever deleted. Nothing here can unwrap one.

use std::fmt;

use super::postgres::keys as postgres;
use super::{Store, StoreError};

/// The greatest number of keys that are read at a time.
pub(crate) const PAGE: u32 = 500;

/// 申請人密鑰: one applicant's key, wrapped.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The applicant's reference.
    pub applicant: String,
    /// The key's number.
    pub key: String,
    /// The number of the master key that wraps it.
    pub master: String,
    /// Nonce, ciphertext and tag: 60 bytes.
    pub wrapped: Vec<u8>,
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { applicant, key, master, .. } = self;
        write!(f, "WrappedKey({applicant}, {key}, by {master})")
    }
}

impl From<(String, String, String, Vec<u8>)> for WrappedKey {
    fn from((applicant, key, master, wrapped): (String, String, String, Vec<u8>)) -> Self {
        Self { applicant, key, master, wrapped }
    }
}

impl Store {
    /// The key of an applicant, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn applicant_key(&self, applicant: &str) -> Result<Option<WrappedKey>, StoreError> {
        match self {
            Self::Sqlite(store) => store.keys.one(applicant).await,
            Self::Postgres(store) => postgres::one(store, applicant).await,
        }
    }

    /// Keeps a key for an applicant who has none. Answers the key that the applicant has then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_applicant_key(
        &self,
        key: &WrappedKey,
    ) -> Result<Option<WrappedKey>, StoreError> {
        match self {
            Self::Sqlite(store) => store.keys.keep(key).await?,
            Self::Postgres(store) => postgres::keep(store, key).await?,
        }
        self.applicant_key(&key.applicant).await
    }

    /// Puts the same key, wrapped by another master key, in its place; `false` where it is gone or
    /// was wrapped anew meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rewrap_applicant_key(
        &self,
        key: &WrappedKey,
        before: &str,
    ) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => store.keys.rewrap(key, before).await,
            Self::Postgres(store) => postgres::rewrap(store, key, before).await,
        }
    }

    /// Destroys the key of an applicant; `false` where there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn destroy_applicant_key(&self, applicant: &str) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => store.keys.destroy(applicant).await,
            Self::Postgres(store) => postgres::destroy(store, applicant).await,
        }
    }

    /// The keys of applicants whose references come after one, in their order, at most `PAGE`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn applicant_keys(&self, after: &str) -> Result<Vec<WrappedKey>, StoreError> {
        match self {
            Self::Sqlite(store) => store.keys.after(after).await,
            Self::Postgres(store) => postgres::after(store, after).await,
        }
    }

    /// The applicants who still have a key though an act of this event stands in their stream.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn keys_left_over(&self, event: &str) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(store) => store.keys.left_over(event).await,
            Self::Postgres(store) => postgres::left_over(store, event).await,
        }
    }
}
