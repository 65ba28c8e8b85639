//! Marks in PostgreSQL: which dockets are to be judged, and the facts that they are judged by.

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use tongjian_projections::supervision::fact::Stated;

use super::super::failed;
use crate::store::StoreError;
use crate::store::read_tables::marks::{Mark, stated};

pub(crate) async fn mark(writer: &mut PgConnection, dockets: &[String]) -> Result<(), StoreError> {
    sqlx::query(include_str!("../../sql/postgres/insert_marks.sql"))
        .bind(dockets)
        .execute(writer)
        .await
        .map_err(failed("mark dockets"))?;
    Ok(())
}

pub(crate) async fn marks(reader: &mut PgConnection, limit: u32) -> Result<Vec<Mark>, StoreError> {
    let rows = sqlx::query(include_str!("../../sql/postgres/select_marks.sql"))
        .bind(i64::from(limit))
        .fetch_all(reader)
        .await
        .map_err(failed("read marks"))?;
    let mark = |row: &PgRow| Ok(Mark { docket: row.try_get(0)?, number: row.try_get(1)? });
    rows.iter().map(mark).collect::<Result<_, _>>().map_err(failed("read a mark"))
}

pub(crate) async fn unmark(
    writer: &mut PgConnection,
    numbers: &[i64],
) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(include_str!("../../sql/postgres/delete_marks.sql"))
        .bind(numbers)
        .fetch_all(writer)
        .await
        .map_err(failed("take marks away"))
}

/// The dockets that the lines of these keys speak of.
pub(crate) async fn dockets_of(
    reader: &mut PgConnection,
    table: &str,
    keys: &[&str],
) -> Result<Vec<String>, StoreError> {
    let sql = format!("select distinct docket from read_tables.\"{table}\" where key = any($1)");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(keys)
        .fetch_all(reader)
        .await
        .map_err(failed("read the dockets of lines"))
}

/// The dockets after one of them that a table speaks of, in order.
pub(crate) async fn dockets_after(
    reader: &mut PgConnection,
    table: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    let sql = format!(
        "select distinct docket from read_tables.\"{table}\" \
         where docket > $1 order by docket limit $2"
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(reader)
        .await
        .map_err(failed("list dockets"))
}

pub(crate) async fn facts_of(
    reader: &mut PgConnection,
    table: &str,
    dockets: &[String],
) -> Result<Vec<Stated>, StoreError> {
    let sql = format!(
        "select key, docket, stated_on, position, fact from read_tables.\"{table}\" \
         where docket = any($1)"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(dockets)
        .fetch_all(reader)
        .await
        .map_err(failed("read facts"))?;
    let read = |row: &PgRow| {
        let (key, docket, on) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        Ok(stated(key, docket, Some(on), row.try_get(3)?, row.try_get(4)?))
    };
    rows.iter().map(|row| read(row).map_err(failed("read a fact"))?).collect()
}
