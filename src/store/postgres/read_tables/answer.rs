//! Answers of whatever columns, from PostgreSQL.

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::TryStreamExt as _;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Column as _, PgConnection, PgPool, Row as _, TypeInfo as _};
use tongjian_projections::Cell;

use super::super::failed;
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;

/// The rows of a query, each given on as it comes.
pub(crate) async fn each(
    reader: &mut PgConnection,
    sql: String,
    values: &[Bound],
    mut take: impl FnMut(Vec<Cell>),
) -> Result<(), StoreError> {
    // The statement comes from a file of ours; values are bound.
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for value in values {
        query = match value {
            Bound::Text(text) => query.bind(text),
            Bound::Day(day) => query.bind(day),
            Bound::Integer(number) => query.bind(number),
        };
    }
    let mut rows = query.fetch(reader);
    while let Some(row) = rows.try_next().await.map_err(failed("answer a query"))? {
        take(cells(&row).map_err(failed("read an answer"))?);
    }
    Ok(())
}

/// The rows of a query, by whichever connection is free.
pub(crate) async fn answer_of_pool(
    readers: &PgPool,
    sql: String,
    values: &[Bound],
) -> Result<Vec<Vec<Cell>>, StoreError> {
    let mut reader = readers.acquire().await.map_err(failed("answer a query"))?;
    let mut rows = Vec::new();
    each(&mut reader, sql, values, |row| rows.push(row)).await?;
    Ok(rows)
}

fn cells(row: &PgRow) -> Result<Vec<Cell>, sqlx::Error> {
    let cell = |column: &sqlx::postgres::PgColumn| {
        let at = column.ordinal();
        Ok(match column.type_info().name() {
            "INT8" => Cell::from(row.try_get::<Option<i64>, _>(at)?),
            "INT4" => Cell::from(row.try_get::<Option<i32>, _>(at)?.map(i64::from)),
            "TIMESTAMPTZ" => {
                let instant = row.try_get::<Option<DateTime<Utc>>, _>(at)?;
                Cell::from(instant.map(|instant| instant.timestamp_micros()))
            }
            "FLOAT8" => Cell::from(row.try_get::<Option<f64>, _>(at)?.map(|n| n.to_string())),
            "DATE" => Cell::from(row.try_get::<Option<NaiveDate>, _>(at)?).at_rest(),
            _ => Cell::from(row.try_get::<Option<String>, _>(at)?),
        })
    };
    row.columns().iter().map(cell).collect()
}
