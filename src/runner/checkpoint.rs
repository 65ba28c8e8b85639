//! How far each generation of a projection has come. Whoever moves a checkpoint says from where;
//! if another was faster nothing is written.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection, SqliteExecutor};

use super::fold::Poison;
use super::registry::Registered;
use crate::store::StoreError;
use crate::store::sqlite::failed;

/// What a generation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The views show it.
    Serving,
    /// It is being made beside the serving one.
    Filling,
    /// It is to be dropped.
    Retired,
}

/// The checkpoint of one generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The projection.
    pub name: String,
    /// Its edition.
    pub edition: u32,
    /// The generation, raised by each rebuild.
    pub generation: u32,
    /// What it is for.
    pub role: Role,
    /// The position up to which it has folded.
    pub position: u64,
    /// While lines are derived: the last key done.
    pub derived_key: Option<String>,
    /// The act it stopped at, if it stopped.
    pub stopped: Option<Poison>,
    /// Its tables.
    pub(super) tables: Vec<String>,
}

impl Checkpoint {
    fn of(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let role = match row.try_get(3)? {
            "serving" => Role::Serving,
            "filling" => Role::Filling,
            _ => Role::Retired,
        };
        let stopped_at: Option<i64> = row.try_get(6)?;
        let error: Option<String> = row.try_get(7)?;
        Ok(Self {
            name: row.try_get(0)?,
            edition: row.try_get(1)?,
            generation: row.try_get(2)?,
            role,
            position: row.try_get::<i64, _>(4)?.cast_unsigned(),
            derived_key: row.try_get(5)?,
            // Written by this module; a list that cannot be read names no table.
            tables: serde_json::from_str(row.try_get(8)?).unwrap_or_default(),
            stopped: stopped_at.map(|position| Poison {
                position: position.cast_unsigned(),
                error: error.unwrap_or_default(),
            }),
        })
    }
}

/// The generations of a projection, oldest first.
pub(super) async fn all(
    database: impl SqliteExecutor<'_>,
    projection: &Registered,
) -> Result<Vec<Checkpoint>, StoreError> {
    let rows = sqlx::query(include_str!("../store/sql/sqlite/select_checkpoints.sql"))
        .bind(projection.name)
        .fetch_all(database)
        .await
        .map_err(failed("read checkpoints"))?;
    rows.iter().map(Checkpoint::of).collect::<Result<_, _>>().map_err(failed("read a checkpoint"))
}

/// The generation in this role, if there is one.
pub(super) async fn in_role(
    database: impl SqliteExecutor<'_>,
    projection: &Registered,
    role: Role,
) -> Result<Option<Checkpoint>, StoreError> {
    Ok(all(database, projection).await?.into_iter().find(|checkpoint| checkpoint.role == role))
}

/// Moves a checkpoint; `false` when it was no longer where `from` says.
pub(super) async fn advance(
    writer: &mut SqliteConnection,
    from: &Checkpoint,
    to: u64,
) -> Result<bool, StoreError> {
    let moved = sqlx::query(include_str!("../store/sql/sqlite/move_checkpoint.sql"))
        .bind(to.cast_signed())
        .bind(&from.name)
        .bind(from.edition)
        .bind(from.generation)
        .bind(from.position.cast_signed())
        .execute(writer)
        .await
        .map_err(failed("move a checkpoint"))?;
    Ok(moved.rows_affected() == 1)
}

/// Writes down at which act a projection stopped, and why.
pub(super) async fn stop(
    writer: &mut SqliteConnection,
    at: &Checkpoint,
    poison: &Poison,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../store/sql/sqlite/stop_checkpoint.sql"))
        .bind(poison.position.cast_signed())
        .bind(&poison.error)
        .bind(&at.name)
        .bind(at.edition)
        .bind(at.generation)
        .bind(at.position.cast_signed())
        .execute(writer)
        .await
        .map_err(failed("write down where a projection stopped"))?;
    Ok(())
}

/// Moves on how far the lines of a filling generation are derived.
pub(super) async fn derived(
    writer: &mut SqliteConnection,
    from: &Checkpoint,
    to: &str,
) -> Result<bool, StoreError> {
    let moved = sqlx::query(include_str!("../store/sql/sqlite/move_derived_key.sql"))
        .bind(to)
        .bind(&from.name)
        .bind(from.edition)
        .bind(from.generation)
        .bind(from.derived_key.as_deref())
        .execute(writer)
        .await
        .map_err(failed("move a rebuild"))?;
    Ok(moved.rows_affected() == 1)
}
