//! Marks in SQLite: which dockets are to be judged, and the facts that they are judged by.

use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use tongjian_projections::supervision::fact::Stated;

use super::super::{failed, json};
use crate::store::StoreError;
use crate::store::read_tables::marks::{Mark, stated};

pub(crate) async fn mark(
    writer: &mut SqliteConnection,
    dockets: &[String],
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../../sql/sqlite/insert_marks.sql"))
        .bind(json(dockets))
        .execute(writer)
        .await
        .map_err(failed("mark dockets"))?;
    Ok(())
}

pub(crate) async fn marks(
    reader: &mut SqliteConnection,
    limit: u32,
) -> Result<Vec<Mark>, StoreError> {
    let rows = sqlx::query(include_str!("../../sql/sqlite/select_marks.sql"))
        .bind(limit)
        .fetch_all(reader)
        .await
        .map_err(failed("read marks"))?;
    let mark = |row: &sqlx::sqlite::SqliteRow| {
        Ok(Mark { docket: row.try_get(0)?, number: row.try_get(1)? })
    };
    rows.iter().map(mark).collect::<Result<_, _>>().map_err(failed("read a mark"))
}

pub(crate) async fn unmark(
    writer: &mut SqliteConnection,
    numbers: &[i64],
) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(include_str!("../../sql/sqlite/delete_marks.sql"))
        .bind(json(numbers))
        .fetch_all(writer)
        .await
        .map_err(failed("take marks away"))
}

/// The dockets that the lines of these keys speak of.
pub(crate) async fn dockets_of(
    reader: &mut SqliteConnection,
    table: &str,
    keys: &[&str],
) -> Result<Vec<String>, StoreError> {
    let sql = format!(
        "select distinct docket from \"{table}\" \
         where key in (select value from json_each(?))"
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(json(keys))
        .fetch_all(reader)
        .await
        .map_err(failed("read the dockets of lines"))
}

/// The dockets after one of them that a table speaks of, in order.
pub(crate) async fn dockets_after(
    reader: &mut SqliteConnection,
    table: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    let sql =
        format!("select distinct docket from \"{table}\" where docket > ? order by docket limit ?");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(after)
        .bind(limit)
        .fetch_all(reader)
        .await
        .map_err(failed("list dockets"))
}

pub(crate) async fn facts_of(
    reader: &mut SqliteConnection,
    table: &str,
    dockets: &[String],
) -> Result<Vec<Stated>, StoreError> {
    let sql = format!(
        "select key, docket, stated_on, position, fact from \"{table}\" \
         where docket in (select value from json_each(?))"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(json(dockets))
        .fetch_all(reader)
        .await
        .map_err(failed("read facts"))?;
    let read = |row: &sqlx::sqlite::SqliteRow| {
        let (key, docket, on) = (row.try_get(0)?, row.try_get(1)?, row.try_get::<&str, _>(2)?);
        Ok(stated(key, docket, on.parse().ok(), row.try_get(3)?, row.try_get(4)?))
    };
    rows.iter().map(|row| read(row).map_err(failed("read a fact"))?).collect()
}
