//! Questions to the read tables in SQLite: by the proof, by lists, by the watchman.

use std::fmt::Write as _;

use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection, SqlitePool};
use tongjian_projections::{Cell, ColumnKind, Table};

use super::super::{failed, json};
use crate::store::StoreError;
use crate::store::read_tables::lists::{Bound, Statement};
use crate::store::read_tables::{LineTable, StoredRow, Tables};

pub(crate) async fn whole_rows(
    reader: &mut SqliteConnection,
    tables: &Tables,
    keys: &[String],
) -> Result<Vec<StoredRow>, StoreError> {
    let sql = format!(
        "select key, row, span_from, span_to from \"{}\" \
         where key in (select value from json_each(?))",
        tables.rows
    );
    let rows = fetch(reader, sql, keys).await?;
    rows.iter().map(whole_row).collect::<Result<_, _>>().map_err(failed("read a row"))
}

fn whole_row(row: &SqliteRow) -> Result<StoredRow, sqlx::Error> {
    Ok(StoredRow {
        key: row.try_get(0)?,
        row: row.try_get(1)?,
        span_from: row.try_get(2)?,
        span_to: row.try_get(3)?,
    })
}

pub(crate) async fn lines_of(
    reader: &mut SqliteConnection,
    line: &LineTable,
    keys: &[String],
) -> Result<Vec<(String, Vec<Cell>)>, StoreError> {
    let mut sql = "select key".to_owned();
    for column in line.table.columns {
        let _ = write!(sql, ", \"{}\"", column.name);
    }
    let _ = write!(sql, " from \"{}\" where key in (select value from json_each(?))", line.name);
    let rows = fetch(reader, sql, keys).await?;
    let whole = |row: &SqliteRow| whole_line(row, line.table);
    rows.iter().map(whole).collect::<Result<_, _>>().map_err(failed("read a line"))
}

fn whole_line(row: &SqliteRow, table: &Table) -> Result<(String, Vec<Cell>), sqlx::Error> {
    let mut cells = Vec::with_capacity(table.columns.len());
    for (index, column) in (1..).zip(table.columns) {
        cells.push(match column.kind {
            ColumnKind::Integer | ColumnKind::Instant => {
                Cell::from(row.try_get::<Option<i64>, _>(index)?)
            }
            ColumnKind::Text | ColumnKind::Day => {
                Cell::from(row.try_get::<Option<String>, _>(index)?)
            }
        });
    }
    Ok((row.try_get(0)?, cells))
}

/// The lines of a list.
pub(crate) async fn listed(
    readers: &SqlitePool,
    table: &Table,
    sql: Statement,
) -> Result<Vec<(String, Vec<Cell>)>, StoreError> {
    // Names come from the constants of the lists; values are bound.
    let mut query = sqlx::query(AssertSqlSafe(sql.text));
    for value in sql.values {
        query = match value {
            Bound::Text(text) => query.bind(text),
            Bound::Day(day) => query.bind(day.to_string()),
            Bound::Integer(number) => query.bind(number),
        };
    }
    let rows = query.fetch_all(readers).await.map_err(failed("read a list"))?;
    let whole = |row: &SqliteRow| whole_line(row, table);
    rows.iter().map(whole).collect::<Result<_, _>>().map_err(failed("read a line"))
}

async fn fetch(
    reader: &mut SqliteConnection,
    sql: String,
    keys: &[String],
) -> Result<Vec<SqliteRow>, StoreError> {
    // Names come from the constants of the projections; the keys are bound.
    sqlx::query(AssertSqlSafe(sql))
        .bind(json(keys))
        .fetch_all(reader)
        .await
        .map_err(failed("read what is stored"))
}

pub(crate) async fn stray_line(
    reader: &mut SqliteConnection,
    tables: &Tables,
    line: &LineTable,
) -> Result<Option<String>, StoreError> {
    let sql = format!(
        "select key from \"{}\" where key not in (select key from \"{}\") limit 1",
        line.name, tables.rows
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_optional(reader)
        .await
        .map_err(failed("look for stray lines"))
}
