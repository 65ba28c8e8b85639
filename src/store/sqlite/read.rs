//! Reading. Each answer is one statement, so it shows one state of the chronicle.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqlitePool};
use uuid::Uuid;

use crate::verify::HeldRow;

use super::super::names::{bound, end_of};
use super::super::pages::{Page, Streams, follow, grouped, page};
pub(super) use super::super::sized;
use super::super::{Head, StoreError, Stored};
use super::failed;

pub(super) async fn head(readers: &SqlitePool) -> Result<Head, StoreError> {
    let row = sqlx::query(include_str!("../sql/sqlite/select_head.sql"))
        .fetch_one(readers)
        .await
        .map_err(failed("read the head"))?;
    head_of(&row)
}

pub(super) fn head_of(row: &SqliteRow) -> Result<Head, StoreError> {
    let position = whole(row, 0)?;
    Ok(Head {
        position,
        recorded_at: instant(row, 1)?,
        chain: sized(bytes(row, 2)?, position, "the chain")?,
    })
}

pub(super) async fn after(
    readers: &SqlitePool,
    position: u64,
    limit: u32,
) -> Result<Vec<Stored>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/sqlite/select_after.sql"))
        .bind(bound(position))
        .bind(limit)
        .fetch(readers);
    let mut acts = Vec::new();
    while let Some(row) = rows.try_next().await.map_err(failed("read acts"))? {
        follow(&mut acts, position, stored(&row, 0)?)?;
    }
    Ok(acts)
}

pub(super) async fn stream(
    readers: &SqlitePool,
    stream: &str,
    after_version: u64,
    limit: u32,
) -> Result<Vec<Stored>, StoreError> {
    sqlx::query(include_str!("../sql/sqlite/select_stream.sql"))
        .bind(stream)
        .bind(bound(after_version))
        .bind(limit)
        .fetch(readers)
        .map_err(failed("read a stream"))
        .and_then(|row| async move { stored(&row, 0) })
        .try_collect()
        .await
}

pub(super) async fn streams(
    readers: &SqlitePool,
    prefix: &str,
    after: &str,
    position: u64,
    limit: u32,
) -> Result<Streams, StoreError> {
    let limit = limit.max(1);
    let rows = sqlx::query(include_str!("../sql/sqlite/select_streams.sql"))
        .bind(after)
        .bind(prefix)
        .bind(end_of(prefix))
        .bind(bound(position))
        .bind(limit)
        .fetch_all(readers)
        .await
        .map_err(failed("read streams"))?;
    match page(grouped(rows.iter().map(named))?, limit) {
        Page::Whole(streams) => Ok(streams),
        Page::Cut(name) => streams_of(readers, &[name], position).await,
    }
}

pub(super) async fn streams_of(
    readers: &SqlitePool,
    names: &[String],
    position: u64,
) -> Result<Streams, StoreError> {
    let rows = sqlx::query(include_str!("../sql/sqlite/select_streams_of.sql"))
        .bind(json(names))
        .bind(bound(position))
        .fetch_all(readers)
        .await
        .map_err(failed("read streams"))?;
    grouped(rows.iter().map(named))
}

pub(super) async fn stream_names(
    readers: &SqlitePool,
    after: &str,
    position: u64,
    limit: u32,
) -> Result<Vec<(String, u64)>, StoreError> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as(include_str!("../sql/sqlite/select_stream_names.sql"))
            .bind(after)
            .bind(bound(position))
            .bind(limit)
            .fetch_all(readers)
            .await
            .map_err(failed("read the register of streams"))?;
    Ok(rows.into_iter().map(|(name, version)| (name, version.cast_unsigned())).collect())
}

pub(super) async fn streams_between(
    readers: &SqlitePool,
    after: &str,
    until: &str,
    position: u64,
) -> Result<Streams, StoreError> {
    let rows = sqlx::query(include_str!("../sql/sqlite/select_streams_between.sql"))
        .bind(after)
        .bind(until)
        .bind(bound(position))
        .fetch_all(readers)
        .await
        .map_err(failed("read streams"))?;
    grouped(rows.iter().map(named))
}

pub(super) async fn changed(
    readers: &SqlitePool,
    prefix: &str,
    position: u64,
) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(include_str!("../sql/sqlite/select_changed_streams.sql"))
        .bind(bound(position))
        .bind(prefix)
        .bind(end_of(prefix))
        .fetch_all(readers)
        .await
        .map_err(failed("read which streams changed"))
}

pub(super) async fn by_ids(
    readers: &SqlitePool,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, u64>, StoreError> {
    let ids: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
    sqlx::query(include_str!("../sql/sqlite/select_positions_of_ids.sql"))
        .bind(json(&ids))
        .fetch(readers)
        .map_err(failed("look up ids"))
        .and_then(|row| async move { Ok((id(&row, 0)?, whole(&row, 1)?)) })
        .try_collect()
        .await
}

pub(super) async fn by_positions(
    readers: &SqlitePool,
    positions: &[u64],
) -> Result<Vec<Stored>, StoreError> {
    sqlx::query(include_str!("../sql/sqlite/select_by_positions.sql"))
        .bind(json(positions))
        .fetch(readers)
        .map_err(failed("look up positions"))
        .and_then(|row| async move { stored(&row, 0) })
        .try_collect()
        .await
}

pub(super) async fn held_rows(
    readers: &SqlitePool,
    after: u64,
    until: u64,
    limit: u32,
) -> Result<Vec<HeldRow>, StoreError> {
    sqlx::query(include_str!("../sql/sqlite/select_for_verify.sql"))
        .bind(bound(after))
        .bind(bound(until))
        .bind(limit)
        .fetch(readers)
        .and_then(|row| async move { held_row(&row) })
        .map_err(failed("read acts to verify"))
        .try_collect()
        .await
}

fn held_row(row: &SqliteRow) -> Result<HeldRow, sqlx::Error> {
    Ok(HeldRow {
        position: row.try_get::<i64, _>(0)?.cast_unsigned(),
        stream: row.try_get(1)?,
        stream_version: row.try_get::<i64, _>(2)?.cast_unsigned(),
        id: row.try_get(3)?,
        event: row.try_get(4)?,
        occurred_at: row.try_get(5)?,
        recorded_at: row.try_get(6)?,
        envelope: row.try_get(7)?,
        leaf: row.try_get(8)?,
        chain: row.try_get(9)?,
        follows: row.try_get(10)?,
    })
}

pub(super) async fn wrong_stream(
    readers: &SqlitePool,
) -> Result<Option<(String, u64)>, StoreError> {
    let row = sqlx::query(include_str!("../sql/sqlite/select_wrong_stream.sql"))
        .fetch_optional(readers)
        .await
        .map_err(failed("compare the register of streams"))?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((row.try_get(0).map_err(failed("read a name"))?, whole(&row, 1)?)))
}

/// A stream's name and an act of it.
fn named(row: &SqliteRow) -> Result<(String, Stored), StoreError> {
    Ok((row.try_get(0).map_err(failed("read a stream's name"))?, stored(row, 1)?))
}

/// An act from the columns position, envelope and leaf, which begin at `from`.
fn stored(row: &SqliteRow, from: usize) -> Result<Stored, StoreError> {
    let position = whole(row, from)?;
    let envelope = bytes(row, from + 1)?.to_vec();
    Ok(Stored { position, envelope, leaf: sized(bytes(row, from + 2)?, position, "the leaf")? })
}

pub(super) fn whole(row: &SqliteRow, column: usize) -> Result<u64, StoreError> {
    row.try_get::<i64, _>(column).map(i64::cast_unsigned).map_err(failed("read a number"))
}

pub(super) fn instant(row: &SqliteRow, column: usize) -> Result<DateTime<Utc>, StoreError> {
    let micros: i64 = row.try_get(column).map_err(failed("read an instant"))?;
    DateTime::from_timestamp_micros(micros).ok_or_else(|| StoreError::Damaged {
        position: 0,
        finding: format!("{micros} is no instant"),
    })
}

pub(super) fn bytes(row: &SqliteRow, column: usize) -> Result<&[u8], StoreError> {
    row.try_get(column).map_err(failed("read bytes"))
}

pub(super) fn id(row: &SqliteRow, column: usize) -> Result<Uuid, StoreError> {
    sized(bytes(row, column)?, 0, "an id").map(Uuid::from_bytes)
}

/// A list as a JSON parameter.
pub(crate) fn json<T: serde::Serialize>(list: &[T]) -> String {
    // A list of texts or numbers can always be written.
    serde_json::to_string(list).unwrap_or_default()
}
