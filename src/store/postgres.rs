//! The chronicle in PostgreSQL 15 or later: one appender in each process, several processes on one
//! database, each told by the database of what the others appended.

use std::collections::HashMap;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool};
use tokio::sync::watch;
use tongjian_events::StreamId;
use uuid::Uuid;

use crate::verify::HeldRow;

use super::appender;
use super::follow::Follower;
use super::known::Known;
use super::queue::{Queue, queue};
use super::{AppendError, Appended, Command, Head, Proven, StoreError, Stored, failed, plan};

mod append;
mod follow;
mod health;
mod leases;
mod migrate;
mod read;
pub(super) mod read_tables;
mod writer;

pub use health::{Health, Open, Standby};
pub(super) use writer::Writer;

/// How many connections read beside the writer.
const READERS: u32 = 8;

/// How long one waits for a connection that reads; then the chronicle cannot answer.
const READER_WITHIN: Duration = Duration::from_secs(5);

/// The chronicle in a PostgreSQL database. All clones share one appender, which stops, after
/// answering what is queued, when the last clone is dropped.
#[derive(Debug)]
pub struct Postgres {
    queue: Queue,
    readers: PgPool,
    options: PgConnectOptions,
    /// Who this is among the processes on this database.
    owner: Uuid,
    known: Arc<Known>,
    lost: watch::Receiver<Option<StoreError>>,
    follower: Follower,
}

/// What became of a database that was brought to the present form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    /// The form it had; 0 when it was empty.
    pub from: u32,
    /// The form it has.
    pub to: u32,
}

impl Postgres {
    pub(super) async fn open(url: &str) -> Result<Self, StoreError> {
        let options = options(url)?;
        let mut writer = options.connect().await.map_err(failed("open the chronicle"))?;
        migrate::check(&mut writer).await?;
        let readers = PgPoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(READER_WITHIN)
            .connect_with(options.clone())
            .await
            .map_err(failed("open the chronicle for reading"))?;
        migrate::check_ends(&mut writer).await?;
        let known = Arc::new(Known::new(append::head(&mut writer).await?));
        let (queue, waiting) = queue();
        let writer = Writer::new(writer, options.clone());
        let writer = appender::Writer::Postgres(Box::new(writer));
        tokio::spawn(appender::run(waiting, writer, Arc::clone(&known)));
        let (tell, lost) = watch::channel(None);
        let follower = Follower::spawn(follow::run(readers.clone(), Arc::clone(&known), tell));
        let owner = Uuid::now_v7();
        Ok(Self { queue, readers, options, owner, known, lost, follower })
    }

    /// Makes the tables, or brings them to the present form.
    pub(super) async fn migrate(url: &str) -> Result<Migrated, StoreError> {
        let options = options(url)?;
        let mut owner = options.connect().await.map_err(failed("open the database"))?;
        let migrated = migrate::migrate(&mut owner).await?;
        owner.close().await.map_err(failed("close the database"))?;
        Ok(migrated)
    }

    pub(super) async fn append(&self, command: Command) -> Result<Vec<Appended>, AppendError> {
        plan::check(&command)?;
        self.queue.append(command).await
    }

    pub(super) async fn restore(&self, acts: Vec<Proven>) -> Result<Head, StoreError> {
        self.queue.restore(acts).await
    }

    pub(super) async fn close(&self) {
        self.queue.close().await;
        self.follower.stop();
        self.readers.close().await;
    }

    pub(super) fn read_pool(&self) -> &PgPool {
        &self.readers
    }

    pub(super) async fn read_tables_writer(&self) -> Result<PgConnection, StoreError> {
        read_tables::writer(&self.options).await
    }

    pub(super) async fn read_tables_filler(&self) -> Result<PgConnection, StoreError> {
        read_tables::filler(&self.options).await
    }

    pub(super) async fn take_lease(
        &self,
        name: &str,
        lasts: Duration,
    ) -> Result<Option<u64>, StoreError> {
        leases::take(&self.readers, self.owner, name, lasts).await
    }

    pub(super) async fn give_lease_back(&self, name: &str) -> Result<(), StoreError> {
        leases::give_back(&self.readers, self.owner, name).await
    }

    pub(super) fn queue_depth(&self) -> (usize, usize) {
        self.queue.depth()
    }

    pub(super) async fn after(&self, position: u64, limit: u32) -> Result<Vec<Stored>, StoreError> {
        read::after(&self.readers, position, limit).await
    }

    pub(super) async fn stream(
        &self,
        stream: &StreamId,
        after_version: u64,
        limit: u32,
    ) -> Result<Vec<Stored>, StoreError> {
        read::stream(&self.readers, stream.as_str(), after_version, limit).await
    }

    pub(super) async fn streams(
        &self,
        prefix: &str,
        after: &str,
        position: u64,
        limit: u32,
    ) -> Result<Vec<(String, Vec<Stored>)>, StoreError> {
        read::streams(&self.readers, prefix, after, position, limit).await
    }

    pub(super) async fn streams_of(
        &self,
        names: &[String],
        position: u64,
    ) -> Result<Vec<(String, Vec<Stored>)>, StoreError> {
        read::streams_of(&self.readers, names, position).await
    }

    pub(super) async fn stream_names(
        &self,
        after: &str,
        position: u64,
        limit: u32,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        read::stream_names(&self.readers, after, position, limit).await
    }

    pub(super) async fn streams_between(
        &self,
        after: &str,
        until: &str,
        position: u64,
    ) -> Result<Vec<(String, Vec<Stored>)>, StoreError> {
        read::streams_between(&self.readers, after, until, position).await
    }

    pub(super) async fn changed(
        &self,
        prefix: &str,
        position: u64,
    ) -> Result<Vec<String>, StoreError> {
        read::changed(&self.readers, prefix, position).await
    }

    pub(super) async fn by_ids(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, u64>, StoreError> {
        read::by_ids(&self.readers, ids).await
    }

    pub(super) async fn by_positions(&self, at: &[u64]) -> Result<Vec<Stored>, StoreError> {
        read::by_positions(&self.readers, at).await
    }

    pub(super) async fn held_rows(
        &self,
        after: u64,
        until: u64,
        limit: u32,
    ) -> Result<Vec<HeldRow>, StoreError> {
        read::held_rows(&self.readers, after, until, limit).await
    }

    pub(super) async fn wrong_stream(&self) -> Result<Option<(String, u64)>, StoreError> {
        read::wrong_stream(&self.readers).await
    }

    /// What the server tells of itself.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn health(&self) -> Result<Health, StoreError> {
        health::read(&self.readers, self.head().await?.position).await
    }

    pub(super) async fn head(&self) -> Result<Head, StoreError> {
        read::head(&self.readers).await
    }

    pub(super) async fn lost(&self) -> StoreError {
        let mut lost = self.lost.clone();
        match lost.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(error)) => error.clone(),
            // Nobody looks any more: the store was closed.
            _ => std::future::pending().await,
        }
    }

    pub(super) fn head_changes(&self) -> watch::Receiver<u64> {
        self.known.changes()
    }
}

/// The limits keep one stuck process from holding the lock on the head for the others.
fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let unsuitable = |reason: String| StoreError::Unsuitable { reason };
    if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        let rule = "the address of a database begins with postgres:// or postgresql://";
        return Err(unsuitable(rule.into()));
    }
    let options = PgConnectOptions::from_str(url).map_err(|source| {
        unsuitable(format!("the address of the database cannot be read: {source}"))
    })?;
    Ok(options
        .application_name("tongjian")
        .options([
            ("lock_timeout", "10s"),
            ("idle_in_transaction_session_timeout", "10s"),
            ("client_min_messages", "warning"),
        ])
        .disable_statement_logging())
}
