//! The chronicle in PostgreSQL 15 or later: one appender in each process, several processes on one
//! database, each told by the database of what the others appended.

use std::collections::HashMap;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
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
mod cabinet;
mod copied;
mod follow;
mod health;
pub(super) mod keys;
mod leases;
mod load;
mod migrate;
mod read;
pub(super) mod read_tables;
mod readers;
mod writer;

pub use health::{Health, Open, Standby};
use readers::Readers;
pub(super) use writer::Writer;

/// The chronicle in a PostgreSQL database. All clones share one appender, which stops, after
/// answering what is queued, when the last clone is dropped.
#[derive(Debug)]
pub struct Postgres {
    queue: Queue,
    readers: Readers,
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
        let readers = Readers::open(options.clone()).await?;
        migrate::check_ends(&mut writer).await?;
        let known = Arc::new(Known::new(append::head(&mut writer).await?));
        let (queue, waiting) = queue();
        let writer = Writer::new(writer, options.clone());
        let writer = appender::Writer::Postgres(Box::new(writer));
        tokio::spawn(appender::run(waiting, writer, Arc::clone(&known)));
        let (tell, lost) = watch::channel(None);
        let pool = readers.pool().clone();
        let follower = Follower::spawn(follow::run(pool, Arc::clone(&known), tell));
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

    /// Reads by a connection of the pool, at home.
    pub(super) async fn read<T, R>(
        &self,
        reading: impl FnOnce(PgPool) -> R,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        R: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        self.readers.read(reading).await
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
        let (owner, name) = (self.owner, name.to_owned());
        self.read(move |pool| async move { leases::take(&pool, owner, &name, lasts).await }).await
    }

    pub(super) async fn give_lease_back(&self, name: &str) -> Result<(), StoreError> {
        let (owner, name) = (self.owner, name.to_owned());
        self.read(move |pool| async move { leases::give_back(&pool, owner, &name).await }).await
    }

    pub(super) fn queue_depth(&self) -> (usize, usize) {
        self.queue.depth()
    }

    pub(super) fn pool(&self) -> (usize, usize) {
        let pool = self.readers.pool();
        (pool.size() as usize, pool.num_idle())
    }

    pub(super) async fn after(&self, position: u64, limit: u32) -> Result<Vec<Stored>, StoreError> {
        self.read(move |pool| async move { read::after(&pool, position, limit).await }).await
    }

    pub(super) async fn stream(
        &self,
        stream: &StreamId,
        after_version: u64,
        limit: u32,
    ) -> Result<Vec<Stored>, StoreError> {
        let name = stream.clone();
        let read = move |pool| async move {
            read::stream(&pool, name.as_str(), after_version, limit).await
        };
        self.read(read).await
    }

    pub(super) async fn streams(
        &self,
        prefix: &str,
        after: &str,
        position: u64,
        limit: u32,
    ) -> Result<Vec<(String, Vec<Stored>)>, StoreError> {
        let (prefix, after) = (prefix.to_owned(), after.to_owned());
        let read =
            move |pool| async move { read::streams(&pool, &prefix, &after, position, limit).await };
        self.read(read).await
    }

    pub(super) async fn streams_of(
        &self,
        names: &[String],
        position: u64,
    ) -> Result<Vec<(String, Vec<Stored>)>, StoreError> {
        let names = names.to_vec();
        self.read(move |pool| async move { read::streams_of(&pool, &names, position).await }).await
    }

    pub(super) async fn stream_names(
        &self,
        after: &str,
        position: u64,
        limit: u32,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let after = after.to_owned();
        let names = |pool| async move { read::stream_names(&pool, &after, position, limit).await };
        self.read(names).await
    }

    pub(super) async fn streams_between(
        &self,
        after: &str,
        until: &str,
        position: u64,
    ) -> Result<Vec<(String, Vec<Stored>)>, StoreError> {
        let (after, until) = (after.to_owned(), until.to_owned());
        self.read(move |pool| async move {
            read::streams_between(&pool, &after, &until, position).await
        })
        .await
    }

    pub(super) async fn changed(
        &self,
        prefix: &str,
        position: u64,
    ) -> Result<Vec<String>, StoreError> {
        let prefix = prefix.to_owned();
        self.read(move |pool| async move { read::changed(&pool, &prefix, position).await }).await
    }

    pub(super) async fn by_ids(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, u64>, StoreError> {
        let ids = ids.to_vec();
        self.read(move |pool| async move { read::by_ids(&pool, &ids).await }).await
    }

    pub(super) async fn by_positions(&self, at: &[u64]) -> Result<Vec<Stored>, StoreError> {
        let at = at.to_vec();
        self.read(move |pool| async move { read::by_positions(&pool, &at).await }).await
    }

    pub(super) async fn held_rows(
        &self,
        after: u64,
        until: u64,
        limit: u32,
    ) -> Result<Vec<HeldRow>, StoreError> {
        self.read(move |pool| async move { read::held_rows(&pool, after, until, limit).await })
            .await
    }

    pub(super) async fn wrong_stream(&self) -> Result<Option<(String, u64)>, StoreError> {
        self.read(|pool| async move { read::wrong_stream(&pool).await }).await
    }

    /// What the server tells of itself.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn health(&self) -> Result<Health, StoreError> {
        let position = self.head().await?.position;
        self.read(move |pool| async move { health::read(&pool, position).await }).await
    }

    pub(super) async fn head(&self) -> Result<Head, StoreError> {
        self.read(|pool| async move { read::head(&pool).await }).await
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
            // A statement of ours is compiled for longer than it runs.
            ("jit", "off"),
        ])
        .disable_statement_logging())
}
