//! What a server tells of itself, for those who look after it. Reads only.

use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row as _};

use super::super::{StoreError, failed};
use super::writer::block;

/// The state of the server beside what the chronicle holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// It is a standby, which takes no acts.
    pub is_standby: bool,
    /// Its setting `fsync`.
    pub fsync: String,
    /// Its setting `synchronous_commit`.
    pub synchronous_commit: String,
    /// Its setting `synchronous_standby_names`.
    pub synchronous_standbys: String,
    /// Whether we may see what sessions of others do.
    pub sees_all: bool,
    /// How large the database is.
    pub bytes: u64,
    /// How many partitions of positions there are after the one that the next act goes to; -1
    /// where that one is missing itself.
    pub partitions_ahead: i64,
    /// Dead versions of the head row.
    pub dead_heads: u64,
    /// How large the table of the head row is.
    pub head_bytes: u64,
    /// Its standbys.
    pub standbys: Vec<Standby>,
    /// Replication slots that nobody uses, each with the bytes of log kept for it.
    pub idle_slots: Vec<(String, u64)>,
    /// The oldest transaction that is open.
    pub oldest: Option<Open>,
}

/// A standby.
#[derive(Debug, Clone, PartialEq)]
pub struct Standby {
    /// Its name.
    pub name: String,
    /// `streaming`, or what it does instead.
    pub state: String,
    /// `sync`, `quorum`, `potential` or `async`.
    pub sync_state: String,
    /// Bytes of log that it has not replayed.
    pub bytes_behind: Option<u64>,
    /// How long it takes to replay what is written; unknown when nothing is written.
    pub seconds_behind: Option<f64>,
}

/// A transaction that is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// The process that serves it.
    pub pid: i32,
    /// What its session calls itself.
    pub name: String,
    /// Its database.
    pub database: String,
    /// For how long.
    pub seconds: f64,
}

/// Reads it; `position` is where the chronicle ends.
pub(super) async fn read(readers: &PgPool, position: u64) -> Result<Health, StoreError> {
    let failed = failed("read the server's state");
    let row = sqlx::query(include_str!("../sql/postgres/select_server.sql"))
        .fetch_one(readers)
        .await
        .map_err(failed)?;
    let standbys = sqlx::query(include_str!("../sql/postgres/select_standbys.sql"))
        .fetch_all(readers)
        .await
        .map_err(failed)?;
    let slots: Vec<(String, Option<i64>)> =
        sqlx::query_as(include_str!("../sql/postgres/select_idle_slots.sql"))
            .fetch_all(readers)
            .await
            .map_err(failed)?;
    let oldest: Option<(i32, String, String, f64)> =
        sqlx::query_as(include_str!("../sql/postgres/select_oldest_transaction.sql"))
            .fetch_optional(readers)
            .await
            .map_err(failed)?;
    let standbys = standbys.iter().map(standby).collect::<Result<_, _>>().map_err(failed)?;
    let health = Health {
        standbys,
        idle_slots: slots.into_iter().map(|(name, bytes)| (name, whole(bytes))).collect(),
        oldest: oldest.map(|(pid, name, database, seconds)| Open { pid, name, database, seconds }),
        ..server(&row, position).map_err(failed)?
    };
    Ok(health)
}

fn server(row: &PgRow, position: u64) -> Result<Health, sqlx::Error> {
    Ok(Health {
        is_standby: row.try_get(0)?,
        fsync: row.try_get(1)?,
        synchronous_commit: row.try_get(2)?,
        synchronous_standbys: row.try_get(3)?,
        sees_all: row.try_get(4)?,
        bytes: whole(row.try_get(5)?),
        partitions_ahead: row.try_get::<i64, _>(6)? - block(position + 1).cast_signed(),
        dead_heads: whole(row.try_get(7)?),
        head_bytes: whole(row.try_get(8)?),
        standbys: Vec::new(),
        idle_slots: Vec::new(),
        oldest: None,
    })
}

fn standby(row: &PgRow) -> Result<Standby, sqlx::Error> {
    Ok(Standby {
        name: row.try_get(0)?,
        state: row.try_get(1)?,
        sync_state: row.try_get(2)?,
        bytes_behind: row.try_get::<Option<i64>, _>(3)?.map(|bytes| whole(Some(bytes))),
        seconds_behind: row.try_get(4)?,
    })
}

fn whole(number: Option<i64>) -> u64 {
    number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}
