//! 編年: the chronicle. Which backend holds it is a variant; each backend is written natively in
//! a file of its own. Nothing here judges: an act is taken or refused, and what was taken stays.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tongjian_events::{Act, Recorded, StreamId};
use uuid::Uuid;

use crate::verify::HeldRow;

pub use cause::Cause;
pub(crate) use error::failed;
pub use error::{AppendError, StoreError};
pub use keys::WrappedKey;
pub use restore::Proven;

mod appender;
pub mod cabinet;
mod cause;
mod error;
mod follow;
mod keys;
mod known;
pub(crate) mod leases;
mod memory;
mod names;
mod pages;
mod plan;
pub mod postgres;
mod queue;
pub(crate) mod read_tables;
pub(crate) mod register;
mod restore;
pub mod sqlite;

/// The chronicle. Cheap to clone; all clones share one appender.
#[derive(Debug, Clone)]
pub enum Store {
    /// Embedded: one file.
    Sqlite(Arc<sqlite::Sqlite>),
    /// A PostgreSQL database, which several processes share.
    Postgres(Arc<postgres::Postgres>),
}

/// What the sender expects of a stream before its acts are appended. Each is really checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Anything.
    Any,
    /// The stream does not exist yet.
    New,
    /// The stream exists.
    Exists,
    /// The stream holds exactly this many acts.
    Exact(u64),
}

/// A command: acts of one stream, appended all or none, in this order.
#[derive(Debug, Clone)]
pub struct Command {
    /// The stream. Every act names it too.
    pub stream: StreamId,
    /// What is expected of it.
    pub expected: Expected,
    /// The acts, at least one.
    pub acts: Vec<Act>,
    /// When the command was received. The chronicle's `recorded_at` is this, or the time of the
    /// act before it where that is later.
    pub received_at: DateTime<Utc>,
}

/// Where an act stands after an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The position.
    pub position: u64,
    /// The version of its stream.
    pub stream_version: u64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The leaf hash of its envelope.
    pub leaf: [u8; 32],
    /// Whether it had been recorded before: the same act sent again.
    pub repeated: bool,
}

/// The end of the chronicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last position; 0 when empty.
    pub position: u64,
    /// The recorded time of the last act; 1970 when empty.
    pub recorded_at: DateTime<Utc>,
    /// The running chain up to it.
    pub chain: [u8; 32],
}

/// One act as stored: its exact bytes.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The position.
    pub position: u64,
    /// The envelope, to the byte.
    pub envelope: Vec<u8>,
    /// Its leaf hash as stored.
    pub leaf: [u8; 32],
}

impl Stored {
    /// Reads the envelope.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn read(&self) -> Result<Recorded, StoreError> {
        Recorded::read(&self.envelope).map_err(|refusal| StoreError::Damaged {
            position: self.position,
            finding: refusal.to_string(),
        })
    }
}

impl Store {
    /// Opens the chronicle in this file, making it if it is not there.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be opened, or when its head lies behind what it holds.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::Sqlite(Arc::new(sqlite::Sqlite::open(path).await?)))
    }

    /// Opens the chronicle in the PostgreSQL database at this address, `postgres://…`. Its tables
    /// must be there: see [`Store::migrate_postgres`].
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be opened, has tables of another form, or its head lies
    /// behind what it holds.
    pub async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        Ok(Self::Postgres(Arc::new(postgres::Postgres::open(url).await?)))
    }

    /// Makes the tables in a PostgreSQL database, or brings them to the present form.
    ///
    /// # Errors
    /// [`StoreError`] when the address's user may not, or a newer release was here.
    pub async fn migrate_postgres(url: &str) -> Result<postgres::Migrated, StoreError> {
        postgres::Postgres::migrate(url).await
    }

    /// Appends a command: queued, committed with others, answered when durable.
    ///
    /// # Errors
    /// [`AppendError`]; on `Refused` nothing of the command was written.
    pub async fn append(&self, command: Command) -> Result<Vec<Appended>, AppendError> {
        match self {
            Self::Sqlite(store) => store.append(command).await,
            Self::Postgres(store) => store.append(command).await,
        }
    }

    /// Writes acts of another chronicle at the places that they name, right after this one's end:
    /// all of them or none, in one transaction. Answers the new end.
    ///
    /// # Errors
    /// [`StoreError::Misplaced`] or [`StoreError::Overtaken`]; nothing was written then.
    pub async fn restore(&self, acts: Vec<Proven>) -> Result<Head, StoreError> {
        match self {
            Self::Sqlite(store) => store.restore(acts).await,
            Self::Postgres(store) => store.restore(acts).await,
        }
    }

    /// The acts after a position in the order of the chronicle, at most `limit`.
    pub async fn after(&self, position: u64, limit: u32) -> Result<Vec<Stored>, StoreError> {
        match self {
            Self::Sqlite(store) => store.after(position, limit).await,
            Self::Postgres(store) => store.after(position, limit).await,
        }
    }

    /// The acts of a stream after a stream version, at most `limit`.
    pub async fn stream(
        &self,
        stream: &StreamId,
        after_version: u64,
        limit: u32,
    ) -> Result<Vec<Stored>, StoreError> {
        match self {
            Self::Sqlite(store) => store.stream(stream, after_version, limit).await,
            Self::Postgres(store) => store.stream(stream, after_version, limit).await,
        }
    }

    /// The streams whose `kind/name` sorts after `after` and begins with `prefix`, each with all
    /// its acts up to `position`, as many streams as fit in about `limit` acts (at least one).
    pub async fn streams(
        &self,
        prefix: &str,
        after: &str,
        position: u64,
        limit: u32,
    ) -> Result<Vec<(String, Vec<Stored>)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.streams(prefix, after, position, limit).await,
            Self::Postgres(store) => store.streams(prefix, after, position, limit).await,
        }
    }

    /// These streams, in order of their names, each with all its acts up to `position`. A name
    /// without acts is absent.
    pub async fn streams_of(
        &self,
        names: &[String],
        position: u64,
    ) -> Result<Vec<(String, Vec<Stored>)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.streams_of(names, position).await,
            Self::Postgres(store) => store.streams_of(names, position).await,
        }
    }

    /// The streams whose `kind/name` begins with `prefix` and that hold an act after `position`,
    /// in order of their names. It reads every act after the position.
    pub async fn changed(&self, prefix: &str, position: u64) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(store) => store.changed(prefix, position).await,
            Self::Postgres(store) => store.changed(prefix, position).await,
        }
    }

    /// Where the acts of these ids stand. An id that is not recorded is absent.
    pub async fn by_ids(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, u64>, StoreError> {
        match self {
            Self::Sqlite(store) => store.by_ids(ids).await,
            Self::Postgres(store) => store.by_ids(ids).await,
        }
    }

    /// The acts at these positions, in order of position. A position past the end is absent.
    pub async fn by_positions(&self, positions: &[u64]) -> Result<Vec<Stored>, StoreError> {
        match self {
            Self::Sqlite(store) => store.by_positions(positions).await,
            Self::Postgres(store) => store.by_positions(positions).await,
        }
    }

    /// Takes no more commands, answers those that wait, and closes the database. Every clone is
    /// closed with it.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }

    /// How many commands wait for the appender, and how many may before it is busy.
    #[must_use]
    pub fn queue_depth(&self) -> (usize, usize) {
        match self {
            Self::Sqlite(store) => store.queue_depth(),
            Self::Postgres(store) => store.queue_depth(),
        }
    }

    /// How many connections for reading are open, and how many of them idle.
    #[must_use]
    pub fn pool(&self) -> (usize, usize) {
        match self {
            Self::Sqlite(store) => store.pool(),
            Self::Postgres(store) => store.pool(),
        }
    }

    /// The acts in this window with all their columns, at most `limit`; for the proof.
    pub(crate) async fn held_rows(
        &self,
        after: u64,
        until: u64,
        limit: u32,
    ) -> Result<Vec<HeldRow>, StoreError> {
        match self {
            Self::Sqlite(store) => store.held_rows(after, until, limit).await,
            Self::Postgres(store) => store.held_rows(after, until, limit).await,
        }
    }

    /// The first stream whose entry in the register does not follow from its acts, and where.
    pub(crate) async fn wrong_stream(&self) -> Result<Option<(String, u64)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.wrong_stream().await,
            Self::Postgres(store) => store.wrong_stream().await,
        }
    }

    /// The end of the chronicle, as last committed.
    pub async fn head(&self) -> Result<Head, StoreError> {
        match self {
            Self::Sqlite(store) => store.head().await,
            Self::Postgres(store) => store.head().await,
        }
    }

    /// Waits until the database turns out to lack acts that it was seen to hold, which is never
    /// mended while this process lives: what it remembers follows from acts that are no more.
    pub async fn lost(&self) -> StoreError {
        match self {
            // Whoever has a file open keeps it, whatever is put in its place.
            Self::Sqlite(_) => std::future::pending().await,
            Self::Postgres(store) => store.lost().await,
        }
    }

    /// Tells each new last position after its commit; for live tails and for waiting.
    #[must_use]
    pub fn head_changes(&self) -> watch::Receiver<u64> {
        match self {
            Self::Sqlite(store) => store.head_changes(),
            Self::Postgres(store) => store.head_changes(),
        }
    }
}

/// Bytes of a known length.
fn sized<const N: usize>(bytes: &[u8], position: u64, what: &str) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Damaged {
        position,
        finding: format!("{what} has {} bytes and should have {N}", bytes.len()),
    })
}
