//! The file of the read tables, beside the chronicle's. It holds nothing that cannot be made
//! again, so it is flushed less often, and writing to it never holds up an append.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool};

use super::super::StoreError;
use super::migrate::{Kind, migrate};
use super::{READERS, common, failed, reading};

pub(crate) use answer::{answer_of_pool, each};
pub(crate) use duties::due;
pub(crate) use generations::{
    advance, begin, begin_reading, checkpoints, commit, discard, filled, index, make, replace,
    roll_back, stop, take_back,
};
pub(crate) use marks::{dockets_after, dockets_of, facts_of, mark, marks, unmark};
pub(crate) use questions::{lines_of, listed, stray_line, whole_rows};
pub(crate) use rows::{apply, count_after, insert, keys_after, rederive, rows_of, rows_within};

mod answer;
mod duties;
mod generations;
mod marks;
mod questions;
mod rows;

/// The read tables: connections that read, and the way to one that writes.
#[derive(Debug, Clone)]
pub(super) struct ReadTables {
    pub(super) readers: SqlitePool,
    options: SqliteConnectOptions,
}

impl ReadTables {
    pub(super) async fn open(chronicle: &Path) -> Result<Self, StoreError> {
        let path = beside(chronicle);
        let options = common(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .pragma("cache_size", "-32768");
        let mut writer = options.connect().await.map_err(failed("open the read tables"))?;
        migrate(&mut writer, &Kind::READ_TABLES).await?;
        writer.close().await.map_err(failed("open the read tables"))?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .connect_with(reading(&path))
            .await
            .map_err(failed("open the read tables for reading"))?;
        Ok(Self { readers, options })
    }

    pub(super) async fn writer(&self) -> Result<SqliteConnection, StoreError> {
        self.options.connect().await.map_err(failed("open the read tables for writing"))
    }

    /// Fills tables in great steps: pages are written and copied once, indexes sorted on two cores.
    pub(super) async fn filler(&self) -> Result<SqliteConnection, StoreError> {
        let options = self.options.clone();
        let options = options.pragma("cache_size", "-65536").pragma("threads", "2");
        let options = options.pragma("wal_autocheckpoint", super::CHECKPOINT_PAGES);
        options.connect().await.map_err(failed("open the read tables for filling"))
    }
}

/// `nantong.db` has its read tables in `nantong-read.db`.
pub(super) fn beside(chronicle: &Path) -> PathBuf {
    named(chronicle, "read")
}

/// The file of this kind beside a chronicle.
pub(super) fn named(chronicle: &Path, kind: &str) -> PathBuf {
    let part =
        |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let (stem, extension) = (part(chronicle.file_stem()), part(chronicle.extension()));
    let extension = if extension.is_empty() { "db".into() } else { extension };
    chronicle.with_file_name(format!("{stem}-{kind}.{extension}"))
}
