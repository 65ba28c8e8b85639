//! Rows and lines in SQLite: what a window changed in bulk, a few statements for each table.

use std::fmt::Write as _;

use chrono::NaiveDate;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, Row as _, Sqlite, SqliteConnection};
use tongjian_projections::{Cell, Span};

use super::super::{failed, json};
use crate::store::StoreError;
use crate::store::read_tables::{Change, Tables, held_day};

/// The most values of one multi-row statement.
const MAX_VALUES: usize = 4_096;

pub(crate) async fn rows_of(
    database: &mut SqliteConnection,
    tables: &Tables,
    keys: &[&str],
) -> Result<Vec<(String, String)>, StoreError> {
    // The name of the table comes from the constants of the projection; the keys are bound.
    let sql = format!(
        "select r.key, r.row from json_each(?) as asked \
         cross join \"{}\" as r on r.key = asked.value",
        tables.rows
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(json(keys)).fetch_all(database).await;
    pairs(&rows.map_err(failed("load rows"))?)
}

pub(crate) async fn keys_after(
    database: &mut SqliteConnection,
    tables: &Tables,
    after: &str,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    let sql = format!("select key from \"{}\" where key > ? order by key limit ?", tables.rows);
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(after)
        .bind(limit)
        .fetch_all(database)
        .await
        .map_err(failed("read keys"))
}

pub(crate) async fn rows_within(
    database: &mut SqliteConnection,
    tables: &Tables,
    after: &str,
    span: Span,
    limit: u32,
) -> Result<Vec<(String, String)>, StoreError> {
    let sql = format!(
        "select key, row from \"{}\" where key > ? and span_from <= ? and span_to >= ? \
         order by key limit ?",
        tables.rows
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(after)
        .bind(span.to.to_string())
        .bind(span.from.to_string())
        .bind(limit)
        .fetch_all(database)
        .await;
    pairs(&rows.map_err(failed("read rows that the context bears on"))?)
}

fn pairs(rows: &[SqliteRow]) -> Result<Vec<(String, String)>, StoreError> {
    let pair = |row: &SqliteRow| Ok((row.try_get(0)?, row.try_get(1)?));
    rows.iter().map(pair).collect::<Result<_, _>>().map_err(failed("read a row"))
}

pub(crate) async fn count_after(
    database: &mut SqliteConnection,
    tables: &Tables,
    after: &str,
) -> Result<u64, StoreError> {
    let sql = format!("select count(*) from \"{}\" where key > ?", tables.rows);
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(after)
        .fetch_one(database)
        .await
        .map_err(failed("count rows"))?;
    Ok(count.cast_unsigned())
}

pub(crate) async fn apply(
    writer: &mut SqliteConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    replace_lines(writer, tables, changes).await?;
    let tail = " on conflict (key) do update set row = excluded.row, \
                span_from = excluded.span_from, span_to = excluded.span_to";
    insert_rows(writer, tables, changes, tail).await
}

pub(crate) async fn insert(
    writer: &mut SqliteConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    insert_rows(writer, tables, changes, "").await?;
    insert_lines(writer, tables, changes).await
}

async fn insert_rows(
    writer: &mut SqliteConnection,
    tables: &Tables,
    changes: &[Change],
    tail: &str,
) -> Result<(), StoreError> {
    let head = format!("insert into \"{}\" (key, row, span_from, span_to) values ", tables.rows);
    let rows = changes.iter().filter_map(|change| Some((change, change.row.as_deref()?)));
    let rows: Vec<(&Change, &str)> = rows.collect();
    multi_row(writer, &head, tail, 4, &rows, |query, (change, row)| {
        let (from, to) = change.held_span().map(|span| (span.from, span.to)).unzip();
        let text = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        query.bind(change.key.as_str()).bind(*row).bind(text(from)).bind(text(to))
    })
    .await
}

pub(crate) async fn rederive(
    writer: &mut SqliteConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    replace_lines(writer, tables, changes).await?;
    set_spans(writer, tables, changes).await
}

/// Writes the spans of rows that stay as they are.
async fn set_spans(
    writer: &mut SqliteConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    let spans: Vec<(&str, Option<String>, Option<String>)> = changes
        .iter()
        .map(|change| {
            let span = change.held_span().map(|span| (span.from.to_string(), span.to.to_string()));
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

async fn insert_lines(
    writer: &mut SqliteConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    for (index, line) in tables.lines.iter().enumerate() {
        let mut head = format!("insert into \"{}\" (key", line.name);
        for column in line.table.columns {
            let _ = write!(head, ", \"{}\"", column.name);
        }
        head.push_str(") values ");
        let lines_of = |change| Change::lines_of(change, index).map(move |cells| (change, cells));
        let lines: Vec<(&Change, &[Cell])> = changes.iter().flat_map(lines_of).collect();
        multi_row(writer, &head, "", line.width(), &lines, |query, (change, cells)| {
            debug_assert_eq!(cells.len() + 1, line.width(), "a line has another width");
            cells.iter().fold(query.bind(change.key.as_str()), bind)
        })
        .await?;
    }
    Ok(())
}

type Statement = Query<'static, Sqlite, SqliteArguments>;

fn bind(query: Statement, cell: &Cell) -> Statement {
    match cell {
        Cell::Null => query.bind(None::<i64>),
        Cell::Integer(number) => query.bind(*number),
        Cell::Text(text) => query.bind(text.as_str()),
        Cell::Word(word) => query.bind(*word),
        Cell::Day(day) => query.bind(held_day(*day).to_string()),
    }
}

/// Inserts rows by statements of 2^n rows, so that few different statements are prepared.
async fn multi_row<T>(
    writer: &mut SqliteConnection,
    head: &str,
    tail: &str,
    width: usize,
    mut rows: &[T],
    bind: impl Fn(Statement, &T) -> Statement,
) -> Result<(), StoreError> {
    let tuple = format!("({})", vec!["?"; width].join(", "));
    while !rows.is_empty() {
        let fitting = rows.len().min((MAX_VALUES / width).max(1));
        let count = 1 << fitting.ilog2();
        let values = vec![tuple.as_str(); count].join(", ");
        // The text is made of names from the constants of the projections; values are bound.
        let query = sqlx::query(AssertSqlSafe(format!("{head}{values}{tail}")));
        let (these, others) = rows.split_at(count);
        let query = these.iter().fold(query, &bind);
        query.execute(&mut *writer).await.map_err(failed("write rows"))?;
        rows = others;
    }
    Ok(())
}
