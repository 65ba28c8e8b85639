//! The cabinet of a chronicle that lies in a file: a file beside it, which only its owner reads.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Row as _, SqliteConnection, SqlitePool};
use tokio::sync::Mutex;

use super::migrate::{Kind, migrate};
use super::read_tables::named;
use super::{common, failed, reading};
use crate::store::StoreError;
use crate::store::cabinet::{Asked, Drawer, Keeping, Kept, Trace, Trail, instant, micros};
use crate::store::sized;

const READERS: u32 = 2;

/// The open file.
#[derive(Debug)]
pub(in crate::store) struct Cabinet {
    writer: Mutex<SqliteConnection>,
    readers: SqlitePool,
}

/// `nantong.db` has its cabinet in `nantong-cabinet.db`.
pub(super) fn beside(chronicle: &Path) -> PathBuf {
    named(chronicle, "cabinet")
}

impl Cabinet {
    pub(super) async fn open(chronicle: &Path) -> Result<Self, StoreError> {
        let path = beside(chronicle);
        only_owner(&path)?;
        let options = common(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // What is let go is overwritten.
            .pragma("secure_delete", "on");
        let mut writer = options.connect().await.map_err(failed("open the cabinet"))?;
        migrate(&mut writer, &Kind::CABINET).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .connect_with(reading(&path))
            .await
            .map_err(failed("open the cabinet for reading"))?;
        Ok(Self { writer: Mutex::new(writer), readers })
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
    }

    pub(in crate::store) async fn kept(
        &self,
        drawer: Drawer,
        key: &str,
    ) -> Result<Option<Kept>, StoreError> {
        let row = sqlx::query(include_str!("../sql/sqlite/select_kept.sql"))
            .bind(drawer.as_str())
            .bind(key)
            .fetch_optional(&self.readers)
            .await
            .map_err(failed("read what is kept"))?;
        row.map(|row| kept(&row, 0)).transpose()
    }

    pub(in crate::store) async fn keep(&self, keeping: Keeping) -> Result<bool, StoreError> {
        let sql = match keeping.over {
            None => include_str!("../sql/sqlite/insert_kept.sql"),
            Some(_) => include_str!("../sql/sqlite/update_kept.sql"),
        };
        let query = sqlx::query(sql)
            .bind(keeping.drawer.as_str())
            .bind(keeping.key)
            .bind(keeping.body)
            .bind(keeping.ends_at.map(micros));
        let query = match keeping.over {
            None => query,
            Some(version) => query.bind(version.cast_signed()),
        };
        let mut writer = self.writer.lock().await;
        let done = query.execute(&mut *writer).await.map_err(failed("keep something"))?;
        Ok(done.rows_affected() == 1)
    }

    pub(in crate::store) async fn let_go(
        &self,
        drawer: Drawer,
        key: &str,
    ) -> Result<bool, StoreError> {
        let mut writer = self.writer.lock().await;
        let done = sqlx::query(include_str!("../sql/sqlite/delete_kept.sql"))
            .bind(drawer.as_str())
            .bind(key)
            .execute(&mut *writer)
            .await
            .map_err(failed("let go of what is kept"))?;
        Ok(done.rows_affected() == 1)
    }

    pub(in crate::store) async fn let_ended_go(
        &self,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut writer = self.writer.lock().await;
        let done = sqlx::query(include_str!("../sql/sqlite/delete_ended_kept.sql"))
            .bind(micros(now))
            .execute(&mut *writer)
            .await
            .map_err(failed("let go of what has ended"))?;
        Ok(done.rows_affected())
    }

    pub(in crate::store) async fn enter(
        &self,
        trail: Trail,
        now: DateTime<Utc>,
    ) -> Result<Trace, StoreError> {
        let mut writer = self.writer.lock().await;
        let begin = include_str!("../sql/sqlite/begin_immediate.sql");
        sqlx::raw_sql(begin).execute(&mut *writer).await.map_err(failed("enter a trace"))?;
        let entered = enter(&mut writer, &trail, now).await;
        let end = match entered {
            Ok(_) => include_str!("../sql/sqlite/commit.sql"),
            Err(_) => include_str!("../sql/sqlite/rollback.sql"),
        };
        sqlx::raw_sql(end).execute(&mut *writer).await.map_err(failed("enter a trace"))?;
        entered
    }

    pub(in crate::store) async fn trail(&self, asked: Asked) -> Result<Vec<Trace>, StoreError> {
        let rows = sqlx::query(include_str!("../sql/sqlite/select_trail.sql"))
            .bind(asked.before.map_or(i64::MAX, u64::cast_signed))
            .bind(asked.who)
            .bind(asked.subject)
            .bind(asked.limit)
            .fetch_all(&self.readers)
            .await
            .map_err(failed("read the audit trail"))?;
        rows.iter().map(trace).collect()
    }

    pub(in crate::store) async fn trail_after(
        &self,
        number: u64,
        limit: u32,
    ) -> Result<Vec<Trace>, StoreError> {
        let rows = sqlx::query(include_str!("../sql/sqlite/select_trail_after.sql"))
            .bind(number.cast_signed())
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(failed("read the audit trail"))?;
        rows.iter().map(trace).collect()
    }
}

async fn enter(
    writer: &mut SqliteConnection,
    trail: &Trail,
    now: DateTime<Utc>,
) -> Result<Trace, StoreError> {
    let last: Option<(i64, Vec<u8>)> =
        sqlx::query_as(include_str!("../sql/sqlite/select_trail_end.sql"))
            .fetch_optional(&mut *writer)
            .await
            .map_err(failed("read the audit trail"))?;
    let (number, chain) = last.unwrap_or_else(|| (0, vec![0; 32]));
    let number = number.cast_unsigned();
    let trace = Trace::next(number + 1, &sized(&chain, number, "the chain")?, trail, now);
    sqlx::query(include_str!("../sql/sqlite/insert_trail.sql"))
        .bind(trace.number.cast_signed())
        .bind(micros(now))
        .bind(&trace.who)
        .bind(&trace.did)
        .bind(&trace.subject)
        .bind(&trace.detail)
        .bind(trace.chain.to_vec())
        .execute(writer)
        .await
        .map_err(failed("enter a trace"))?;
    Ok(trace)
}

fn kept(row: &SqliteRow, from: usize) -> Result<Kept, StoreError> {
    let version: i64 = row.try_get(from + 1).map_err(failed("read a version"))?;
    let body = row.try_get(from).map_err(failed("read what is kept"))?;
    Ok(Kept { body, version: version.cast_unsigned() })
}

fn trace(row: &SqliteRow) -> Result<Trace, StoreError> {
    let text = |column| row.try_get::<String, _>(column).map_err(failed("read a trace"));
    let whole = |column| row.try_get::<i64, _>(column).map_err(failed("read a trace"));
    let number = whole(0)?.cast_unsigned();
    let chain: Vec<u8> = row.try_get(6).map_err(failed("read a trace"))?;
    Ok(Trace {
        number,
        entered_at: instant(whole(1)?),
        who: text(2)?,
        did: text(3)?,
        subject: text(4)?,
        detail: text(5)?,
        chain: sized(&chain, number, "the chain")?,
    })
}

/// Makes the file, where it is not there, so that nobody but its owner can read it.
fn only_owner(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => {
            Err(StoreError::Unsuitable { reason: format!("the cabinet cannot be made: {error}") })
        }
    }
}
