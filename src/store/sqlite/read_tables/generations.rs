//! Generations in SQLite: their checkpoints, their tables, and which of them the views show.

use std::fmt::Write as _;

use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection, SqliteExecutor};
use tongjian_projections::ColumnKind;

use super::super::{failed, json};
use crate::store::StoreError;
use crate::store::read_tables::{Begun, Checkpoint, LineTable, Poison, Role, Tables, view_of};

/// Runs SQL made of constants.
async fn run(writer: &mut SqliteConnection, sql: String) -> Result<(), StoreError> {
    // Names come from the constants of the projections; no value is in the text.
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(writer)
        .await
        .map_err(failed("change the read tables"))?;
    Ok(())
}

pub(crate) async fn begin(writer: &mut SqliteConnection) -> Result<(), StoreError> {
    run(writer, include_str!("../../sql/sqlite/begin_immediate.sql").into()).await
}

pub(crate) async fn begin_reading(writer: &mut SqliteConnection) -> Result<(), StoreError> {
    run(writer, include_str!("../../sql/sqlite/begin.sql").into()).await
}

pub(crate) async fn commit(writer: &mut SqliteConnection) -> Result<(), StoreError> {
    run(writer, include_str!("../../sql/sqlite/commit.sql").into()).await
}

pub(crate) async fn roll_back(writer: &mut SqliteConnection) -> Result<(), StoreError> {
    run(writer, include_str!("../../sql/sqlite/rollback.sql").into()).await
}

fn checkpoint(row: &SqliteRow) -> Result<Checkpoint, sqlx::Error> {
    let stopped_at: Option<i64> = row.try_get(6)?;
    let error: Option<String> = row.try_get(7)?;
    Ok(Checkpoint {
        name: row.try_get(0)?,
        edition: row.try_get(1)?,
        generation: row.try_get(2)?,
        role: Role::of(row.try_get(3)?),
        position: row.try_get::<i64, _>(4)?.cast_unsigned(),
        filled_through: row.try_get(5)?,
        // Written by this module; a list that cannot be read names no table.
        tables: serde_json::from_str(row.try_get(8)?).unwrap_or_default(),
        stopped: stopped_at.map(|position| Poison {
            position: position.cast_unsigned(),
            error: error.unwrap_or_default(),
        }),
    })
}

pub(crate) async fn checkpoints(
    database: impl SqliteExecutor<'_>,
    projection: &str,
) -> Result<Vec<Checkpoint>, StoreError> {
    let rows = sqlx::query(include_str!("../../sql/sqlite/select_checkpoints.sql"))
        .bind(projection)
        .fetch_all(database)
        .await
        .map_err(failed("read checkpoints"))?;
    rows.iter().map(checkpoint).collect::<Result<_, _>>().map_err(failed("read a checkpoint"))
}

pub(crate) async fn advance(
    writer: &mut SqliteConnection,
    from: &Checkpoint,
    to: u64,
) -> Result<bool, StoreError> {
    let moved = sqlx::query(include_str!("../../sql/sqlite/move_checkpoint.sql"))
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

pub(crate) async fn stop(
    writer: &mut SqliteConnection,
    at: &Checkpoint,
    poison: &Poison,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../../sql/sqlite/stop_checkpoint.sql"))
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

pub(crate) async fn filled(
    writer: &mut SqliteConnection,
    from: &Checkpoint,
    to: &str,
) -> Result<bool, StoreError> {
    let moved = sqlx::query(include_str!("../../sql/sqlite/move_filled_through.sql"))
        .bind(to)
        .bind(&from.name)
        .bind(from.edition)
        .bind(from.generation)
        .bind(from.filled_through.as_deref())
        .execute(writer)
        .await
        .map_err(failed("move a rebuild"))?;
    Ok(moved.rows_affected() == 1)
}

/// Within a transaction.
pub(crate) async fn make(
    writer: &mut SqliteConnection,
    tables: &Tables,
    begun: &Begun<'_>,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../../sql/sqlite/insert_checkpoint.sql"))
        .bind(tables.projection)
        .bind(tables.edition)
        .bind(tables.generation)
        .bind(begun.role().word())
        .bind(json(&tables.names()))
        .bind(begun.position().cast_signed())
        .bind(begun.filled_through())
        .execute(&mut *writer)
        .await
        .map_err(failed("begin a generation"))?;
    run(writer, create_sql(tables)).await?;
    if begun.role() == Role::Serving {
        index(writer, tables).await?;
        run(writer, show_sql(&tables.lines)).await?;
    }
    Ok(())
}

pub(crate) async fn index(
    writer: &mut SqliteConnection,
    tables: &Tables,
) -> Result<(), StoreError> {
    run(writer, index_sql(tables)).await
}

/// Within a transaction.
pub(crate) async fn replace(
    writer: &mut SqliteConnection,
    tables: &Tables,
    filled: &Checkpoint,
) -> Result<bool, StoreError> {
    let all = checkpoints(&mut *writer, tables.projection).await?;
    if let Some(serving) = all.into_iter().find(|at| at.role == Role::Serving) {
        if serving.position > filled.position {
            return Ok(false);
        }
        sqlx::query(include_str!("../../sql/sqlite/retire_serving.sql"))
            .bind(tables.projection)
            .execute(&mut *writer)
            .await
            .map_err(failed("retire a generation"))?;
        for name in &serving.tables {
            // An older edition may have shown a table that today's does not have.
            run(writer, format!("drop view if exists \"{}\";", view_of(name))).await?;
        }
    }
    let served = sqlx::query(include_str!("../../sql/sqlite/serve_filling.sql"))
        .bind(tables.projection)
        .bind(filled.edition)
        .bind(filled.generation)
        .bind(filled.position.cast_signed())
        .execute(&mut *writer)
        .await
        .map_err(failed("serve a generation"))?;
    if served.rows_affected() != 1 {
        return Ok(false);
    }
    run(writer, show_sql(&tables.lines)).await?;
    Ok(true)
}

/// Within a transaction; `false` when it is no longer in the role that it was seen in.
pub(crate) async fn discard(
    writer: &mut SqliteConnection,
    at: &Checkpoint,
) -> Result<bool, StoreError> {
    let gone = sqlx::query(include_str!("../../sql/sqlite/delete_checkpoint.sql"))
        .bind(&at.name)
        .bind(at.edition)
        .bind(at.generation)
        .bind(at.role.word())
        .execute(&mut *writer)
        .await
        .map_err(failed("drop a generation"))?;
    if gone.rows_affected() != 1 {
        return Ok(false);
    }
    for name in &at.tables {
        run(writer, format!("drop table if exists \"{name}\";")).await?;
    }
    Ok(true)
}

pub(crate) async fn take_back(
    writer: &mut SqliteConnection,
    retired: &Checkpoint,
) -> Result<bool, StoreError> {
    let taken = sqlx::query(include_str!("../../sql/sqlite/take_back_retired.sql"))
        .bind(&retired.name)
        .bind(retired.edition)
        .bind(retired.generation)
        .execute(writer)
        .await
        .map_err(failed("take a generation back"))?;
    Ok(taken.rows_affected() == 1)
}

fn create_sql(tables: &Tables) -> String {
    let mut sql = format!(
        "create table \"{}\" (key text primary key, row text not null, \
         span_from text, span_to text) strict;",
        tables.rows
    );
    for line in &tables.lines {
        let _ = write!(sql, "create table \"{}\" (key text not null", line.name);
        for column in line.table.columns {
            let kind = match column.kind {
                ColumnKind::Text | ColumnKind::Day => "text",
                ColumnKind::Integer | ColumnKind::Instant => "integer",
            };
            let _ = write!(sql, ", \"{}\" {kind}", column.name);
        }
        sql.push_str(") strict;");
    }
    sql
}

fn index_sql(tables: &Tables) -> String {
    let mut sql = format!(
        "create index if not exists \"{0}_span\" on \"{0}\" (span_from, span_to) \
         where span_from is not null;",
        tables.rows
    );
    for line in &tables.lines {
        let own: &[&str] = &["key"];
        for (number, columns) in [own].iter().chain(line.table.indexes).enumerate() {
            let columns = columns.join("\", \"");
            let _ = write!(
                sql,
                "create index if not exists \"{0}_{number}\" on \"{0}\" (\"{columns}\");",
                line.name
            );
        }
    }
    sql
}

fn show_sql(lines: &[LineTable]) -> String {
    let mut sql = String::new();
    for line in lines {
        let (view, table) = (line.table.name, &line.name);
        let _ = write!(
            sql,
            "drop view if exists \"{view}\"; create view \"{view}\" as select * from \"{table}\";"
        );
    }
    sql
}
