//! The chronicle in one SQLite file: one appender with the one writing connection, read-only
//! connections beside it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{SqliteConnection, SqlitePool};
use tokio::sync::{OnceCell, watch};
use tongjian_events::StreamId;
use uuid::Uuid;

use crate::verify::HeldRow;

use super::appender;
use super::follow::Follower;
use super::known::Known;
use super::queue::{Queue, queue};
use super::{AppendError, Appended, Command, Head, Proven, StoreError, Stored, plan};

use cabinet::Cabinet;
use keys::Keys;
use migrate::Kind;
use read::json;
use read_tables::ReadTables;

mod cabinet;
mod keys;
mod migrate;
mod read;
pub(super) mod read_tables;
mod write;
mod writer;

pub(super) use writer::Writer;

/// The write-ahead log is folded into the file when it has so many pages: rarely enough that the
/// pages written again and again are copied once.
const CHECKPOINT_PAGES: &str = "8000";
/// How often the file is looked at for acts of another process.
const LOOKS: Duration = Duration::from_secs(1);
/// How many connections read beside the writer.
const READERS: u32 = 4;

/// The chronicle in one SQLite file. All clones share one appender, which stops, after answering
/// what is queued, when the last clone is dropped.
#[derive(Debug)]
pub struct Sqlite {
    queue: Queue,
    readers: SqlitePool,
    read_tables: ReadTables,
    pub(super) keys: Keys,
    known: Arc<Known>,
    follower: Follower,
    path: PathBuf,
    cabinet: OnceCell<Cabinet>,
}

impl Sqlite {
    pub(super) async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = writing(path);
        let mut writer = options.connect().await.map_err(failed("open the chronicle"))?;
        migrate::migrate(&mut writer, &Kind::CHRONICLE).await?;
        migrate::check_ends(&mut writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .connect_with(reading(path))
            .await
            .map_err(failed("open the chronicle for reading"))?;
        let read_tables = ReadTables::open(path).await?;
        let keys = Keys::new(writing(path), readers.clone());
        let known = Arc::new(Known::new(read::head(&readers).await?));
        let (queue, waiting) = queue();
        let writer = appender::Writer::Sqlite(Box::new(Writer::new(writer, options)));
        tokio::spawn(appender::run(waiting, writer, Arc::clone(&known)));
        let follower = Follower::spawn(follow(readers.clone(), Arc::clone(&known)));
        let (path, cabinet) = (path.to_owned(), OnceCell::new());
        Ok(Self { queue, readers, read_tables, keys, known, follower, path, cabinet })
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
        self.read_tables.readers.close().await;
        if let Some(cabinet) = self.cabinet.get() {
            cabinet.close().await;
        }
    }

    /// The cabinet, made when it is first needed.
    pub(super) async fn cabinet(&self) -> Result<&Cabinet, StoreError> {
        self.cabinet.get_or_try_init(|| Cabinet::open(&self.path)).await
    }

    pub(super) fn read_pool(&self) -> &SqlitePool {
        &self.read_tables.readers
    }

    pub(super) async fn read_tables_writer(&self) -> Result<SqliteConnection, StoreError> {
        self.read_tables.writer().await
    }

    pub(super) async fn read_tables_filler(&self) -> Result<SqliteConnection, StoreError> {
        self.read_tables.filler().await
    }

    pub(super) fn queue_depth(&self) -> (usize, usize) {
        self.queue.depth()
    }

    pub(super) fn pool(&self) -> (usize, usize) {
        (self.readers.size() as usize, self.readers.num_idle())
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

    pub(super) async fn head(&self) -> Result<Head, StoreError> {
        read::head(&self.readers).await
    }

    pub(super) fn head_changes(&self) -> watch::Receiver<u64> {
        self.known.changes()
    }
}

/// The files in which a chronicle, its read tables and its cabinet are kept, whether or not they
/// are there.
#[must_use]
pub fn files(chronicle: &Path) -> Vec<PathBuf> {
    let with = |file: &Path| {
        ["", "-wal", "-shm"].map(|end| {
            let mut name = file.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        })
    };
    [chronicle.to_owned(), read_tables::beside(chronicle), cabinet::beside(chronicle)]
        .iter()
        .flat_map(|file| with(file))
        .collect()
}

/// Hears of what another process appends to the same file; the file tells nobody.
async fn follow(readers: SqlitePool, known: Arc<Known>) {
    loop {
        tokio::time::sleep(LOOKS).await;
        match read::head(&readers).await {
            Ok(read) => known.tell(read),
            Err(error) => tracing::warn!(%error, "the head could not be read"),
        }
    }
}

fn common(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .row_buffer_size(512)
        .disable_statement_logging()
}

/// One writer; a commit is on disk before it is answered, also when the power fails.
fn writing(path: &Path) -> SqliteConnectOptions {
    common(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("recursive_triggers", "on")
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("cache_size", "-65536")
        // What takes a statement back, should it fail, need not go through a file.
        .pragma("temp_store", "memory")
}

fn reading(path: &Path) -> SqliteConnectOptions {
    common(path).read_only(true).pragma("mmap_size", "33554432")
}

use super::failed;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_commit_is_on_the_disk_before_it_is_answered() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writing(&folder.path().join("chronicle.db")).connect().await.unwrap();
        let mode: String =
            sqlx::query_scalar("pragma journal_mode").fetch_one(&mut writer).await.unwrap();
        let full: i64 =
            sqlx::query_scalar("pragma synchronous").fetch_one(&mut writer).await.unwrap();
        assert_eq!((mode.as_str(), full), ("wal", 2));
    }
}
