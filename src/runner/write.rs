//! Writing what a window changed: rows and lines in bulk, a few statements for each table.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate};
use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection, SqliteExecutor};
use tongjian_projections::{Cell, Lines, Span};

use super::registry::{Change, Rows};
use super::tables::{LineTable, Tables};
use crate::store::StoreError;
use crate::store::sqlite::{failed, json};

/// The most values of one multi-row statement.
const MAX_VALUES: usize = 4_096;

/// Loads the stored rows of these keys that are not in memory yet.
pub(super) async fn load(
    database: impl SqliteExecutor<'_>,
    tables: &Tables,
    keys: &BTreeSet<&str>,
    rows: &mut dyn Rows,
) -> Result<(), StoreError> {
    let missing: Vec<&str> = keys.iter().copied().filter(|key| !rows.holds(key)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    // The name of the table comes from the constants of the projection; the keys are bound.
    let sql = format!(
        "select r.key, r.row from json_each(?) as asked \
         cross join \"{}\" as r on r.key = asked.value",
        tables.rows
    );
    let mut stored = sqlx::query(AssertSqlSafe(sql)).bind(json(&missing)).fetch(database);
    while let Some(row) = stored.try_next().await.map_err(failed("load rows"))? {
        let key: String = row.try_get(0).map_err(failed("read a key"))?;
        let text: &str = row.try_get(1).map_err(failed("read a row"))?;
        rows.load(key, Some(text)).map_err(|finding| StoreError::ReadTables { finding })?;
    }
    Ok(())
}

/// Writes changed rows, and their lines in place of the old ones.
pub(super) async fn apply(
    writer: &mut SqliteConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    replace_lines(writer, tables, changes).await?;
    let cells = |change: &Change| {
        change.row.as_ref().map(|row| {
            let mut cells = vec![Cell::Text(change.key.clone()), Cell::Text(row.clone())];
            cells.extend(span_cells(change.span));
            cells
        })
    };
    let rows: Vec<Vec<Cell>> = changes.iter().filter_map(cells).collect();
    upsert_rows(writer, tables, rows).await
}

/// Stores rows without their lines, which are derived later.
pub(super) async fn store_rows(
    writer: &mut SqliteConnection,
    tables: &Tables,
    rows: Vec<(String, String)>,
) -> Result<(), StoreError> {
    let cells = |(key, row)| vec![Cell::Text(key), Cell::Text(row), Cell::Null, Cell::Null];
    upsert_rows(writer, tables, rows.into_iter().map(cells).collect()).await
}

async fn upsert_rows(
    writer: &mut SqliteConnection,
    tables: &Tables,
    rows: Vec<Vec<Cell>>,
) -> Result<(), StoreError> {
    let head = format!("insert into \"{}\" (key, row, span_from, span_to) values ", tables.rows);
    let tail = " on conflict (key) do update set row = excluded.row, \
                span_from = excluded.span_from, span_to = excluded.span_to";
    insert(writer, &head, tail, 4, rows).await
}

/// Derived anew: the lines and the span change, the row stays.
pub(super) async fn rederive(
    writer: &mut SqliteConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    replace_lines(writer, tables, changes).await?;
    set_spans(writer, tables, changes).await
}

/// Writes the spans of rows that stay as they are.
pub(super) async fn set_spans(
    writer: &mut SqliteConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    let spans: Vec<(&str, Option<String>, Option<String>)> = changes
        .iter()
        .map(|change| {
            let span = change.span.map(|span| (day_text(span.from), day_text(span.to)));
            let (from, to) = span.unzip();
            (change.key.as_str(), from, to)
        })
        .collect();
    let sql = format!(
        "update \"{}\" as r set span_from = asked.value ->> 1, span_to = asked.value ->> 2 \
         from json_each(?) as asked where r.key = asked.value ->> 0",
        tables.rows
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(json(&spans))
        .execute(writer)
        .await
        .map_err(failed("write spans"))?;
    Ok(())
}

async fn replace_lines(
    writer: &mut SqliteConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    let keys: Vec<&str> = changes.iter().map(|change| change.key.as_str()).collect();
    let keys = json(&keys);
    for line in &tables.lines {
        let sql =
            format!("delete from \"{}\" where key in (select value from json_each(?))", line.name);
        sqlx::query(AssertSqlSafe(sql))
            .bind(keys.as_str())
            .execute(&mut *writer)
            .await
            .map_err(failed("take old lines away"))?;
    }
    insert_lines(writer, tables, changes).await
}

/// Writes the lines of keys that have none yet.
pub(super) async fn insert_lines(
    writer: &mut SqliteConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    for (index, line) in tables.lines.iter().enumerate() {
        let rows = changes.iter().flat_map(|change| lines_of(change, index));
        let mut head = format!("insert into \"{}\" (key", line.name);
        for column in line.table.columns {
            let _ = write!(head, ", \"{}\"", column.name);
        }
        head.push_str(") values ");
        insert(writer, &head, "", width(line), rows.collect()).await?;
    }
    Ok(())
}

pub(super) fn width(line: &LineTable) -> usize {
    line.table.columns.len() + 1
}

/// The lines of a change in one table, each with its key first.
fn lines_of(change: &Change, table: usize) -> impl Iterator<Item = Vec<Cell>> {
    let Lines(lines) = &change.lines;
    lines.iter().filter(move |(of, _)| *of == table).map(|(_, cells)| {
        let mut line = Vec::with_capacity(cells.len() + 1);
        line.push(Cell::Text(change.key.clone()));
        line.extend(cells.iter().cloned());
        line
    })
}

/// Inserts rows by statements of 2^n rows, so that few different statements are prepared.
async fn insert(
    writer: &mut SqliteConnection,
    head: &str,
    tail: &str,
    width: usize,
    rows: Vec<Vec<Cell>>,
) -> Result<(), StoreError> {
    let mut rows = rows.into_iter();
    let tuple = format!("({})", vec!["?"; width].join(", "));
    while rows.len() > 0 {
        let fitting = rows.len().min((MAX_VALUES / width).max(1));
        let count = 1 << fitting.ilog2();
        let values = vec![tuple.as_str(); count].join(", ");
        // The text is made of names from the constants of the projections; values are bound.
        let mut query = sqlx::query(AssertSqlSafe(format!("{head}{values}{tail}")));
        for cells in rows.by_ref().take(count) {
            debug_assert_eq!(cells.len(), width, "a line has another width than its table");
            for cell in cells {
                query = match cell {
                    Cell::Null => query.bind(None::<i64>),
                    Cell::Integer(number) => query.bind(number),
                    Cell::Text(text) => query.bind(text),
                    Cell::Word(word) => query.bind(word),
                    Cell::Day(day) => query.bind(day_text(day)),
                };
            }
        }
        query.execute(&mut *writer).await.map_err(failed("write rows"))?;
    }
    Ok(())
}

fn span_cells(span: Option<Span>) -> [Cell; 2] {
    span.map_or([Cell::Null, Cell::Null], |span| {
        [Cell::Text(day_text(span.from)), Cell::Text(day_text(span.to))]
    })
}

/// A day as text that sorts as days do: years are held between 0000 and 9999.
pub(super) fn day_text(day: NaiveDate) -> String {
    match day.year() {
        ..0 => "0000-01-01".into(),
        10_000.. => "9999-12-31".into(),
        _ => day.to_string(),
    }
}
