//! Writing in PostgreSQL what a window changed: one statement for each table, its values as
//! arrays; and what a rebuild makes by COPY.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{AssertSqlSafe, PgConnection};
use tongjian_projections::{Cell, ColumnKind};

use super::super::failed;
use super::copied::Copied;
use crate::store::StoreError;
use crate::store::read_tables::{Change, LineTable, Tables, held_day};

/// One value of a line, by the type of its column. There is none where a cell is of another kind
/// than its column, which is a fault of the projection.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Null,
    Text(&'a str),
    Integer(i64),
    Day(NaiveDate),
    Instant(DateTime<Utc>),
}

impl<'a> Value<'a> {
    fn of(kind: ColumnKind, cell: &'a Cell) -> Option<Self> {
        Some(match (kind, cell) {
            (_, Cell::Null) => Self::Null,
            (ColumnKind::Text, Cell::Text(text)) => Self::Text(text),
            (ColumnKind::Text, Cell::Word(word)) => Self::Text(word),
            (ColumnKind::Integer, Cell::Integer(number)) => Self::Integer(*number),
            (ColumnKind::Day, Cell::Day(day)) => Self::Day(held_day(*day)),
            (ColumnKind::Instant, Cell::Integer(micros)) => {
                Self::Instant(DateTime::from_timestamp_micros(*micros)?)
            }
            _ => return None,
        })
    }
}

/// The values of one column as an array.
enum Array<'a> {
    Text(Vec<Option<&'a str>>),
    Integer(Vec<Option<i64>>),
    Day(Vec<Option<NaiveDate>>),
    Instant(Vec<Option<DateTime<Utc>>>),
}

impl<'a> Array<'a> {
    const fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Self::Text(Vec::new()),
            ColumnKind::Integer => Self::Integer(Vec::new()),
            ColumnKind::Day => Self::Day(Vec::new()),
            ColumnKind::Instant => Self::Instant(Vec::new()),
        }
    }

    fn push(&mut self, value: Value<'a>) {
        match (self, value) {
            (Self::Text(array), Value::Text(text)) => array.push(Some(text)),
            (Self::Text(array), _) => array.push(None),
            (Self::Integer(array), Value::Integer(number)) => array.push(Some(number)),
            (Self::Integer(array), _) => array.push(None),
            (Self::Day(array), Value::Day(day)) => array.push(Some(day)),
            (Self::Day(array), _) => array.push(None),
            (Self::Instant(array), Value::Instant(at)) => array.push(Some(at)),
            (Self::Instant(array), _) => array.push(None),
        }
    }
}

const fn array_type(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "text[]",
        ColumnKind::Integer => "bigint[]",
        ColumnKind::Day => "date[]",
        ColumnKind::Instant => "timestamptz[]",
    }
}

/// The values of one line, each held against its column.
fn values<'a>(line: &LineTable, cells: &'a [Cell]) -> Result<Vec<Value<'a>>, StoreError> {
    let columns = line.table.columns.iter().zip(cells);
    let value = |(column, cell): (&tongjian_projections::Column, &'a Cell)| {
        Value::of(column.kind, cell).ok_or_else(|| StoreError::ReadTables {
            finding: format!("column `{}` of {} does not take {cell:?}", column.name, line.name),
        })
    };
    columns.map(value).collect()
}

fn columns(line: &LineTable) -> String {
    let mut names = "key".to_owned();
    for column in line.table.columns {
        let _ = write!(names, ", \"{}\"", column.name);
    }
    names
}

pub(crate) async fn apply(
    writer: &mut PgConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    replace_lines(writer, tables, changes).await?;
    let rows = changes.iter().filter_map(|change| {
        let span = change.held_span();
        Some((change.key.as_str(), change.row.as_deref()?, span))
    });
    let (mut keys, mut texts, mut days) = (Vec::new(), Vec::new(), (Vec::new(), Vec::new()));
    for (key, text, span) in rows {
        keys.push(key);
        texts.push(text);
        days.0.push(span.map(|span| span.from));
        days.1.push(span.map(|span| span.to));
    }
    // Names come from the constants of the projections; values are bound.
    let sql = format!(
        "insert into read_tables.\"{}\" (key, row, span_from, span_to) \
         select * from unnest($1::text[], $2::text[], $3::date[], $4::date[]) \
         on conflict (key) do update set row = excluded.row, \
         span_from = excluded.span_from, span_to = excluded.span_to",
        tables.rows
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(keys)
        .bind(texts)
        .bind(days.0)
        .bind(days.1)
        .execute(writer)
        .await
        .map_err(failed("write rows"))?;
    Ok(())
}

pub(crate) async fn rederive(
    writer: &mut PgConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    replace_lines(writer, tables, changes).await?;
    set_spans(writer, tables, changes).await
}

pub(crate) async fn insert(
    writer: &mut PgConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    let mut copied = Copied::new(4);
    for change in changes {
        let Some(row) = change.row.as_deref() else { continue };
        let (from, to) = change.held_span().map(|span| (span.from, span.to)).unzip();
        copied.begin_line();
        copied.push(Value::Text(&change.key));
        copied.push(Value::Text(row));
        copied.push(from.map_or(Value::Null, Value::Day));
        copied.push(to.map_or(Value::Null, Value::Day));
    }
    let columns_of_rows = "key, row, span_from, span_to";
    copied.send(writer, &tables.rows, columns_of_rows).await?;
    for (index, line) in tables.lines.iter().enumerate() {
        let mut copied = Copied::new(line.width());
        for change in changes {
            for cells in change.lines_of(index) {
                copied.begin_line();
                copied.push(Value::Text(&change.key));
                values(line, cells)?.into_iter().for_each(|value| copied.push(value));
            }
        }
        copied.send(writer, &line.name, &columns(line)).await?;
    }
    Ok(())
}

/// Writes the spans of rows that stay as they are.
async fn set_spans(
    writer: &mut PgConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    let keys: Vec<&str> = changes.iter().map(|change| change.key.as_str()).collect();
    let spans: Vec<_> = changes.iter().map(Change::held_span).collect();
    let from: Vec<_> = spans.iter().map(|span| span.map(|span| span.from)).collect();
    let to: Vec<_> = spans.iter().map(|span| span.map(|span| span.to)).collect();
    let sql = format!(
        "update read_tables.\"{}\" as r set span_from = asked.span_from, span_to = asked.span_to \
         from unnest($1::text[], $2::date[], $3::date[]) as asked (key, span_from, span_to) \
         where r.key = asked.key",
        tables.rows
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(keys)
        .bind(from)
        .bind(to)
        .execute(writer)
        .await
        .map_err(failed("write spans"))?;
    Ok(())
}

async fn replace_lines(
    writer: &mut PgConnection,
    tables: &Tables,
    changes: &[Change],
) -> Result<(), StoreError> {
    let keys: Vec<&str> = changes.iter().map(|change| change.key.as_str()).collect();
    for (index, line) in tables.lines.iter().enumerate() {
        let sql = format!("delete from read_tables.\"{}\" where key = any($1)", line.name);
        sqlx::query(AssertSqlSafe(sql))
            .bind(&keys)
            .execute(&mut *writer)
            .await
            .map_err(failed("take old lines away"))?;
        insert_lines(writer, line, index, changes).await?;
    }
    Ok(())
}

async fn insert_lines(
    writer: &mut PgConnection,
    line: &LineTable,
    index: usize,
    changes: &[Change],
) -> Result<(), StoreError> {
    let mut keys: Vec<&str> = Vec::new();
    let kinds = line.table.columns.iter().map(|column| column.kind);
    let mut arrays: Vec<Array<'_>> = kinds.clone().map(Array::new).collect();
    for change in changes {
        for cells in change.lines_of(index) {
            keys.push(&change.key);
            let line = values(line, cells)?;
            arrays.iter_mut().zip(line).for_each(|(array, value)| array.push(value));
        }
    }
    if keys.is_empty() {
        return Ok(());
    }
    let mut sql = format!(
        "insert into read_tables.\"{}\" ({}) select * from unnest($1::text[]",
        line.name,
        columns(line)
    );
    for (number, kind) in (2..).zip(kinds) {
        let _ = write!(sql, ", ${number}::{}", array_type(kind));
    }
    sql.push(')');
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(keys);
    for array in arrays {
        query = match array {
            Array::Text(values) => query.bind(values),
            Array::Integer(values) => query.bind(values),
            Array::Day(values) => query.bind(values),
            Array::Instant(values) => query.bind(values),
        };
    }
    query.execute(writer).await.map_err(failed("write lines"))?;
    Ok(())
}
