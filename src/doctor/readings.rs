//! What is read before it is judged. Each reading that fails says so; it never stops the others.

use std::fs;
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use tongjian_projections::calendar::{NoticeAct, NoticeView};

use crate::cases::context_acts;
use crate::runner::{self, GenerationRole, REGISTRY};
use crate::store::postgres::Health;
use crate::store::{Head, Store, StoreError, sqlite};

/// Everything that was read.
#[derive(Debug, Clone)]
pub struct Readings {
    /// The time of this machine.
    pub now: DateTime<Utc>,
    /// The end of the chronicle.
    pub head: Head,
    /// The end that follows from its last act; `None` when it holds none.
    pub last: Option<Head>,
    /// The last year that has a holiday notice.
    pub noticed: Result<Option<i32>, String>,
    /// The projections.
    pub folded: Result<Vec<Folded>, String>,
    /// The files, of a chronicle in SQLite.
    pub files: Option<Result<Files, String>>,
    /// The server, of a chronicle in PostgreSQL.
    pub server: Option<Result<Health, String>>,
}

/// How far a projection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// Its name.
    pub name: String,
    /// The position it has reached; `None` where its tables were not made yet.
    pub position: Option<u64>,
    /// Where it stopped, and why.
    pub stopped: Option<(u64, String)>,
    /// Whether the tables that served before the last rebuild are kept.
    pub kept: bool,
}

/// The files of a chronicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Files {
    /// Bytes of the chronicle's file.
    pub chronicle: u64,
    /// Bytes of the chronicle's write-ahead log.
    pub wal: u64,
    /// Bytes that are free beside it.
    pub free: u64,
}

impl Readings {
    /// The day in the office.
    pub(super) fn today(&self) -> NaiveDate {
        self.now.with_timezone(&chrono_tz::Asia::Shanghai).date_naive()
    }
}

/// Reads all of it. `file` is where a chronicle in SQLite lies.
///
/// # Errors
/// [`StoreError`] when head and last act cannot be read.
pub async fn read(
    store: &Store,
    file: Option<&Path>,
    now: DateTime<Utc>,
) -> Result<Readings, StoreError> {
    let head = store.head().await?;
    Ok(Readings {
        now,
        head,
        last: last(store, head.position).await?,
        noticed: noticed(store, head.position).await.map_err(|error| error.with_cause()),
        folded: folded(store).await.map_err(|error| error.with_cause()),
        files: file.map(|file| files(file).map_err(|error| error.to_string())),
        server: match store {
            Store::Postgres(server) => {
                Some(server.health().await.map_err(|error| error.with_cause()))
            }
            Store::Sqlite(_) => None,
        },
    })
}

async fn last(store: &Store, position: u64) -> Result<Option<Head>, StoreError> {
    let rows = store.held_rows(position.saturating_sub(1), u64::MAX >> 1, 1).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let damaged = |finding: &str| StoreError::Damaged { position, finding: finding.into() };
    let recorded_at = DateTime::from_timestamp_micros(row.recorded_at);
    Ok(Some(Head {
        position: row.position,
        recorded_at: recorded_at.ok_or_else(|| damaged("its recorded time is no instant"))?,
        chain: row.chain.as_slice().try_into().map_err(|_| damaged("its chain has no 32 bytes"))?,
    }))
}

async fn noticed(store: &Store, position: u64) -> Result<Option<i32>, StoreError> {
    let acts = context_acts(store, position).await?;
    let notices = acts.iter().filter_map(|act| NoticeView::of(&act.event));
    let yearly = notices.filter(|notice| notice.act == NoticeAct::Published);
    Ok(yearly.map(|notice| i32::from(notice.year)).max())
}

async fn folded(store: &Store) -> Result<Vec<Folded>, StoreError> {
    let mut all = Vec::new();
    for projection in REGISTRY {
        let generations = runner::checkpoints(store, projection).await?;
        let kept = generations.iter().any(|one| one.role == GenerationRole::Retired);
        let serving = generations.into_iter().find(|one| one.role == GenerationRole::Serving);
        all.push(Folded {
            name: projection.name.into(),
            position: serving.as_ref().map(|serving| serving.position),
            stopped: serving.and_then(|s| s.stopped).map(|at| (at.position, at.error)),
            kept,
        });
    }
    Ok(all)
}

fn files(chronicle: &Path) -> std::io::Result<Files> {
    let size = |path: &Path| fs::metadata(path).map_or(0, |of| of.len());
    let wal = sqlite::files(chronicle).get(1).map_or(0, |wal| size(wal));
    let disk = rustix::fs::statvfs(chronicle)?;
    Ok(Files { chronicle: size(chronicle), wal, free: disk.f_bavail * disk.f_frsize })
}
