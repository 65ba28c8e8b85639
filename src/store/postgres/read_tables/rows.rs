//! Reading rows in PostgreSQL: by their keys, in order, by their days.

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use tongjian_projections::Span;

use super::super::failed;
use crate::store::StoreError;
use crate::store::read_tables::Tables;

pub(crate) async fn rows_of(
    database: &mut PgConnection,
    tables: &Tables,
    keys: &[&str],
) -> Result<Vec<(String, String)>, StoreError> {
    // The name of the table comes from the constants of the projection; the keys are bound.
    let sql = format!("select key, row from read_tables.\"{}\" where key = any($1)", tables.rows);
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(keys).fetch_all(database).await;
    pairs(&rows.map_err(failed("load rows"))?)
}

pub(crate) async fn keys_after(
    database: &mut PgConnection,
    tables: &Tables,
    after: &str,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    let sql = format!(
        "select key from read_tables.\"{}\" where key > $1 order by key limit $2",
        tables.rows
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(database)
        .await
        .map_err(failed("read keys"))
}

pub(crate) async fn rows_within(
    database: &mut PgConnection,
    tables: &Tables,
    after: &str,
    span: Span,
    limit: u32,
) -> Result<Vec<(String, String)>, StoreError> {
    let sql = format!(
        "select key, row from read_tables.\"{}\" \
         where key > $1 and span_from <= $2 and span_to >= $3 order by key limit $4",
        tables.rows
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(after)
        .bind(span.to)
        .bind(span.from)
        .bind(i64::from(limit))
        .fetch_all(database)
        .await;
    pairs(&rows.map_err(failed("read rows that the context bears on"))?)
}

fn pairs(rows: &[PgRow]) -> Result<Vec<(String, String)>, StoreError> {
    let pair = |row: &PgRow| Ok((row.try_get(0)?, row.try_get(1)?));
    rows.iter().map(pair).collect::<Result<_, _>>().map_err(failed("read a row"))
}

pub(crate) async fn count_after(
    database: &mut PgConnection,
    tables: &Tables,
    after: &str,
) -> Result<u64, StoreError> {
    let sql = format!("select count(*) from read_tables.\"{}\" where key > $1", tables.rows);
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(after)
        .fetch_one(database)
        .await
        .map_err(failed("count rows"))?;
    Ok(count.cast_unsigned())
}
