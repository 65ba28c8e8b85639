//! Questions to the read tables in PostgreSQL: by the proof, by lists, by the watchman.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Row as _};
use tongjian_projections::{Cell, ColumnKind, Table};

use super::super::failed;
use crate::store::StoreError;
use crate::store::read_tables::lists::{Bound, Statement};
use crate::store::read_tables::{LineTable, StoredRow, Tables};

pub(crate) async fn whole_rows(
    reader: &mut PgConnection,
    tables: &Tables,
    keys: &[String],
) -> Result<Vec<StoredRow>, StoreError> {
    let sql = format!(
        "select key, row, span_from, span_to from read_tables.\"{}\" where key = any($1)",
        tables.rows
    );
    let rows = fetch(reader, sql, keys).await?;
    rows.iter().map(whole_row).collect::<Result<_, _>>().map_err(failed("read a row"))
}

fn whole_row(row: &PgRow) -> Result<StoredRow, sqlx::Error> {
    let day = |column| {
        row.try_get::<Option<NaiveDate>, _>(column).map(|day| day.map(|day| day.to_string()))
    };
    Ok(StoredRow {
        key: row.try_get(0)?,
        row: row.try_get(1)?,
        span_from: day(2)?,
        span_to: day(3)?,
    })
}

pub(crate) async fn lines_of(
    reader: &mut PgConnection,
    line: &LineTable,
    keys: &[String],
) -> Result<Vec<(String, Vec<Cell>)>, StoreError> {
    let mut sql = "select key".to_owned();
    for column in line.table.columns {
        let _ = write!(sql, ", \"{}\"", column.name);
    }
    let _ = write!(sql, " from read_tables.\"{}\" where key = any($1)", line.name);
    let rows = fetch(reader, sql, keys).await?;
    let whole = |row: &PgRow| whole_line(row, line.table);
    rows.iter().map(whole).collect::<Result<_, _>>().map_err(failed("read a line"))
}

fn cell(row: &PgRow, index: usize, kind: ColumnKind) -> Result<Cell, sqlx::Error> {
    Ok(match kind {
        ColumnKind::Text => Cell::from(row.try_get::<Option<String>, _>(index)?),
        ColumnKind::Integer => Cell::from(row.try_get::<Option<i64>, _>(index)?),
        ColumnKind::Day => Cell::from(row.try_get::<Option<NaiveDate>, _>(index)?).at_rest(),
        ColumnKind::Instant => {
            let at = row.try_get::<Option<DateTime<Utc>>, _>(index)?;
            Cell::from(at.map(|at| at.timestamp_micros()))
        }
    })
}

fn whole_line(row: &PgRow, table: &Table) -> Result<(String, Vec<Cell>), sqlx::Error> {
    let mut cells = Vec::with_capacity(table.columns.len());
    for (index, column) in (1..).zip(table.columns) {
        cells.push(cell(row, index, column.kind)?);
    }
    Ok((row.try_get(0)?, cells))
}

/// The lines of a list.
pub(crate) async fn listed(
    readers: &PgPool,
    table: &Table,
    sql: Statement,
) -> Result<Vec<(String, Vec<Cell>)>, StoreError> {
    // Names come from the constants of the lists; values are bound.
    let mut query = sqlx::query(AssertSqlSafe(sql.text));
    for value in sql.values {
        query = match value {
            Bound::Text(text) => query.bind(text),
            Bound::Day(day) => query.bind(day),
            Bound::Integer(number) => query.bind(number),
        };
    }
    let rows = query.fetch_all(readers).await.map_err(failed("read a list"))?;
    let whole = |row: &PgRow| whole_line(row, table);
    rows.iter().map(whole).collect::<Result<_, _>>().map_err(failed("read a line"))
}

async fn fetch(
    reader: &mut PgConnection,
    sql: String,
    keys: &[String],
) -> Result<Vec<PgRow>, StoreError> {
    // Names come from the constants of the projections; the keys are bound.
    sqlx::query(AssertSqlSafe(sql))
        .bind(keys)
        .fetch_all(reader)
        .await
        .map_err(failed("read what is stored"))
}

pub(crate) async fn stray_line(
    reader: &mut PgConnection,
    tables: &Tables,
    line: &LineTable,
) -> Result<Option<String>, StoreError> {
    let sql = format!(
        "select key from read_tables.\"{}\" as l where not exists \
         (select 1 from read_tables.\"{}\" as r where r.key = l.key) limit 1",
        line.name, tables.rows
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_optional(reader)
        .await
        .map_err(failed("look for stray lines"))
}
