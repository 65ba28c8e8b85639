//! 內櫃: what must be able to change or to vanish, and so is no act: verifiers of passwords,
//! sessions, keys. And 審計軌跡: who looked at what, which grows only, each entry chained to the one
//! before. On SQLite it is a file of its own beside the chronicle, so that a copy of the chronicle
//! takes no secret along; in PostgreSQL a schema that readers of the chronicle may not enter.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::{Store, StoreError};

/// 抽屜: what a thing that is kept is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drawer {
    /// Verifiers of passwords, by account.
    Passwords,
    /// Sessions, by the digest of what the browser holds.
    Sessions,
}

impl Drawer {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Passwords => "passwords",
            Self::Sessions => "sessions",
        }
    }
}

/// What is kept under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The text.
    pub(crate) body: String,
    /// How often it was written.
    pub(crate) version: u64,
}

/// What shall be kept.
#[derive(Debug, Clone)]
pub(crate) struct Keeping {
    pub(crate) drawer: Drawer,
    pub(crate) key: String,
    pub(crate) body: String,
    /// The version that it takes the place of; none where nothing may be there.
    pub(crate) over: Option<u64>,
    /// When it ends by itself.
    pub(crate) ends_at: Option<DateTime<Utc>>,
}

/// 軌跡: one entry of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Trace {
    /// Its number, from 1 without gaps.
    pub number: u64,
    /// When it was entered.
    pub entered_at: DateTime<Utc>,
    /// The account or token; empty where nobody known tried.
    pub who: String,
    /// What was done.
    pub did: String,
    /// What it was done to.
    pub subject: String,
    /// More of it.
    pub detail: String,
    #[serde(skip)]
    pub(crate) chain: [u8; 32],
}

/// What is to be entered in the audit trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// The account or token; empty where nobody known tried.
    pub who: String,
    /// What was done.
    pub did: &'static str,
    /// What it was done to.
    pub subject: String,
    /// More of it.
    pub detail: String,
}

/// Which entries are asked for, from the newest back.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Those before this number.
    pub before: Option<u64>,
    /// Those of this account or token.
    pub who: String,
    /// Those about this.
    pub subject: String,
    /// At most so many.
    pub limit: u32,
}

impl Trace {
    /// The entry after one whose chain this is.
    pub(super) fn next(
        number: u64,
        chain: &[u8; 32],
        trail: &Trail,
        entered_at: DateTime<Utc>,
    ) -> Self {
        let mut next = Self {
            number,
            entered_at,
            who: trail.who.clone(),
            did: trail.did.to_owned(),
            subject: trail.subject.clone(),
            detail: trail.detail.clone(),
            chain: [0; 32],
        };
        next.chain = next.chained(chain);
        next
    }

    /// The chain that this entry should have after that one. Each part goes in with its length, so
    /// that nothing can move from one part to the next.
    fn chained(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(self.number.to_be_bytes());
        hash.update(self.entered_at.timestamp_micros().to_be_bytes());
        for part in [&self.who, &self.did, &self.subject, &self.detail] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().into()
    }
}

/// A time to the microsecond, which is as much as is kept.
pub(super) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// The time of so many microseconds.
pub(super) fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

/// How many entries are read at a time.
const PAGE: u32 = 5_000;

impl Store {
    /// What is kept under a key.
    pub(crate) async fn kept(&self, drawer: Drawer, key: &str) -> Result<Option<Kept>, StoreError> {
        match self {
            Self::Sqlite(store) => store.cabinet().await?.kept(drawer, key).await,
            Self::Postgres(store) => store.kept(drawer, key).await,
        }
    }

    /// Keeps something in place of what was read before; `false` where another was quicker.
    pub(crate) async fn keep(&self, keeping: Keeping) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => store.cabinet().await?.keep(keeping).await,
            Self::Postgres(store) => store.keep(keeping).await,
        }
    }

    /// Lets go of what is kept under a key; `false` where nothing was.
    pub(crate) async fn let_go(&self, drawer: Drawer, key: &str) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => store.cabinet().await?.let_go(drawer, key).await,
            Self::Postgres(store) => store.let_go(drawer, key).await,
        }
    }

    /// Lets go of everything that has ended.
    pub(crate) async fn let_ended_go(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => store.cabinet().await?.let_ended_go(now).await,
            Self::Postgres(store) => store.let_ended_go(now).await,
        }
    }

    /// Enters something in the audit trail.
    ///
    /// # Errors
    /// [`StoreError`]; then it is not entered.
    pub async fn enter(&self, trail: Trail, now: DateTime<Utc>) -> Result<Trace, StoreError> {
        let now = instant(micros(now));
        match self {
            Self::Sqlite(store) => store.cabinet().await?.enter(trail, now).await,
            Self::Postgres(store) => store.enter(trail, now).await,
        }
    }

    /// Entries of the audit trail, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn trail(&self, asked: Asked) -> Result<Vec<Trace>, StoreError> {
        match self {
            Self::Sqlite(store) => store.cabinet().await?.trail(asked).await,
            Self::Postgres(store) => store.trail(asked).await,
        }
    }

    /// Looks whether the audit trail is whole: numbers without gaps, each entry chained to the one
    /// before. Answers how many there are.
    ///
    /// # Errors
    /// [`StoreError::AlteredTrail`] names the first entry that is not as it was entered.
    pub async fn verify_trail(&self) -> Result<u64, StoreError> {
        let (mut number, mut chain) = (0, [0; 32]);
        loop {
            let page = match self {
                Self::Sqlite(store) => store.cabinet().await?.trail_after(number, PAGE).await?,
                Self::Postgres(store) => store.trail_after(number, PAGE).await?,
            };
            for trace in &page {
                if trace.number != number + 1 || trace.chain != trace.chained(&chain) {
                    return Err(StoreError::AlteredTrail { number: number + 1 });
                }
                (number, chain) = (trace.number, trace.chain);
            }
            if page.len() < PAGE as usize {
                return Ok(number);
            }
        }
    }
}
