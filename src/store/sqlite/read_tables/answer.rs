//! Answers of whatever columns, from SQLite.

use futures_util::TryStreamExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{
    AssertSqlSafe, Column as _, Row as _, SqliteConnection, SqlitePool, TypeInfo as _,
    ValueRef as _,
};
use tongjian_projections::Cell;

use super::super::failed;
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;

/// The rows of a query, each given on as it comes.
pub(crate) async fn each(
    reader: &mut SqliteConnection,
    sql: String,
    values: &[Bound],
    mut take: impl FnMut(Vec<Cell>),
) -> Result<(), StoreError> {
    // The statement comes from a file of ours; values are bound.
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for value in values {
        query = match value {
            Bound::Text(text) => query.bind(text),
            Bound::Day(day) => query.bind(day.to_string()),
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
    readers: &SqlitePool,
    sql: String,
    values: &[Bound],
) -> Result<Vec<Vec<Cell>>, StoreError> {
    let mut reader = readers.acquire().await.map_err(failed("answer a query"))?;
    let mut rows = Vec::new();
    each(&mut reader, sql, values, |row| rows.push(row)).await?;
    Ok(rows)
}

fn cells(row: &SqliteRow) -> Result<Vec<Cell>, sqlx::Error> {
    let cell = |column: &sqlx::sqlite::SqliteColumn| {
        let at = column.ordinal();
        let value = row.try_get_raw(at)?;
        // What is missing is told as its column's type, and would be read as 0 or as an empty text.
        if value.is_null() {
            return Ok(Cell::Null);
        }
        Ok(match value.type_info().name() {
            "INTEGER" => Cell::Integer(row.try_get(at)?),
            "REAL" => Cell::Text(row.try_get::<f64, _>(at)?.to_string()),
            _ => Cell::Text(row.try_get(at)?),
        })
    };
    row.columns().iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use sqlx::Connection as _;

    use super::*;

    #[tokio::test]
    async fn what_is_missing_is_nothing_and_not_zero_or_an_empty_text() {
        let mut file = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let made = "create table t (a text, b integer, c real); insert into t default values;
                    insert into t values ('', 0, 0.0)";
        sqlx::raw_sql(made).execute(&mut file).await.unwrap();
        let (asked, mut rows) = ("select a, b, c, a || b from t", Vec::new());
        each(&mut file, asked.into(), &[], |row| rows.push(row)).await.unwrap();
        let nothing = || Cell::Null;
        assert_eq!(rows[0], [nothing(), nothing(), nothing(), nothing()]);
        let zero = || Cell::Text("0".into());
        assert_eq!(rows[1], [Cell::Text(String::new()), Cell::Integer(0), zero(), zero()]);
    }
}
