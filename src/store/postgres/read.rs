//! Reading. Each answer is one statement, so it shows one state of the chronicle.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row as _};
use uuid::Uuid;

use crate::verify::HeldRow;

use super::super::names::{bound, end_of};
use super::super::pages::{Page, Streams, follow, grouped, page};
use super::super::{Head, StoreError, Stored};
use super::failed;

pub(super) use super::super::sized;

pub(super) async fn head(readers: &PgPool) -> Result<Head, StoreError> {
    let row = sqlx::query(include_str!("../sql/postgres/select_head.sql"))
        .fetch_one(readers)
        .await
        .map_err(failed("read the head"))?;
    head_of(&row)
}

/// The head, of a chronicle that still holds what was known of it before.
///
/// # Errors
/// [`StoreError::Lost`] where it does not.
pub(super) async fn head_after(readers: &PgPool, known: &Head) -> Result<Head, StoreError> {
    let row = sqlx::query(include_str!("../sql/postgres/select_head_and_known.sql"))
        .bind(bound(known.position))
        .fetch_one(readers)
        .await
        .map_err(failed("read the head"))?;
    let head = head_of(&row)?;
    let chain: Option<&[u8]> = row.try_get(3).map_err(failed("read the head"))?;
    if known.position == 0 || chain == Some(&known.chain) {
        return Ok(head);
    }
    Err(StoreError::Lost { seen: known.position, position: head.position })
}

pub(super) fn head_of(row: &PgRow) -> Result<Head, StoreError> {
    let failed = failed("read the head");
    let position = row.try_get::<i64, _>(0).map_err(failed)?.cast_unsigned();
    Ok(Head {
        position,
        recorded_at: row.try_get(1).map_err(failed)?,
        chain: sized(row.try_get(2).map_err(failed)?, position, "the chain")?,
    })
}

pub(super) async fn after(
    readers: &PgPool,
    position: u64,
    limit: u32,
) -> Result<Vec<Stored>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/postgres/select_after.sql"))
        .bind(bound(position))
        .bind(i64::from(limit))
        .fetch(readers);
    let mut acts = Vec::new();
    while let Some(row) = rows.try_next().await.map_err(failed("read acts"))? {
        follow(&mut acts, position, stored(&row, 0)?)?;
    }
    Ok(acts)
}

pub(super) async fn stream(
    readers: &PgPool,
    stream: &str,
    after_version: u64,
    limit: u32,
) -> Result<Vec<Stored>, StoreError> {
    sqlx::query(include_str!("../sql/postgres/select_stream.sql"))
        .bind(stream)
        .bind(bound(after_version))
        .bind(i64::from(limit))
        .fetch(readers)
        .map_err(failed("read a stream"))
        .and_then(|row| async move { stored(&row, 0) })
        .try_collect()
        .await
}

pub(super) async fn streams(
    readers: &PgPool,
    prefix: &str,
    after: &str,
    position: u64,
    limit: u32,
) -> Result<Streams, StoreError> {
    let limit = limit.max(1);
    let rows = sqlx::query(include_str!("../sql/postgres/select_streams.sql"))
        .bind(after)
        .bind(prefix)
        .bind(end_of(prefix))
        .bind(bound(position))
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await
        .map_err(failed("read streams"))?;
    match page(grouped(rows.iter().map(named))?, limit) {
        Page::Whole(streams) => Ok(streams),
        Page::Cut(name) => streams_of(readers, &[name], position).await,
    }
}

pub(super) async fn streams_of(
    readers: &PgPool,
    names: &[String],
    position: u64,
) -> Result<Streams, StoreError> {
    let rows = sqlx::query(include_str!("../sql/postgres/select_streams_of.sql"))
        .bind(names)
        .bind(bound(position))
        .fetch_all(readers)
        .await
        .map_err(failed("read streams"))?;
    grouped(rows.iter().map(named))
}

pub(super) async fn stream_names(
    readers: &PgPool,
    after: &str,
    position: u64,
    limit: u32,
) -> Result<Vec<(String, u64)>, StoreError> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as(include_str!("../sql/postgres/select_stream_names.sql"))
            .bind(after)
            .bind(bound(position))
            .bind(i64::from(limit))
            .fetch_all(readers)
            .await
            .map_err(failed("read the register of streams"))?;
    Ok(rows.into_iter().map(|(name, version)| (name, version.cast_unsigned())).collect())
}

pub(super) async fn streams_between(
    readers: &PgPool,
    after: &str,
    until: &str,
    position: u64,
) -> Result<Streams, StoreError> {
    let rows = sqlx::query(include_str!("../sql/postgres/select_streams_between.sql"))
        .bind(after)
        .bind(until)
        .bind(bound(position))
        .fetch_all(readers)
        .await
        .map_err(failed("read streams"))?;
    grouped(rows.iter().map(named))
}

pub(super) async fn changed(
    readers: &PgPool,
    prefix: &str,
    position: u64,
) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(include_str!("../sql/postgres/select_changed_streams.sql"))
        .bind(bound(position))
        .bind(prefix)
        .bind(end_of(prefix))
        .fetch_all(readers)
        .await
        .map_err(failed("read which streams changed"))
}

pub(super) async fn by_ids(
    readers: &PgPool,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, u64>, StoreError> {
    let rows: Vec<(Uuid, i64)> =
        sqlx::query_as(include_str!("../sql/postgres/select_positions_of_ids.sql"))
            .bind(ids)
            .fetch_all(readers)
            .await
            .map_err(failed("look up ids"))?;
    Ok(rows.into_iter().map(|(id, position)| (id, position.cast_unsigned())).collect())
}

pub(super) async fn by_positions(
    readers: &PgPool,
    positions: &[u64],
) -> Result<Vec<Stored>, StoreError> {
    let positions: Vec<i64> = positions.iter().map(|position| bound(*position)).collect();
    sqlx::query(include_str!("../sql/postgres/select_by_positions.sql"))
        .bind(positions)
        .fetch(readers)
        .map_err(failed("look up positions"))
        .and_then(|row| async move { stored(&row, 0) })
        .try_collect()
        .await
}

pub(super) async fn held_rows(
    readers: &PgPool,
    after: u64,
    until: u64,
    limit: u32,
) -> Result<Vec<HeldRow>, StoreError> {
    sqlx::query(include_str!("../sql/postgres/select_for_verify.sql"))
        .bind(bound(after))
        .bind(bound(until))
        .bind(i64::from(limit))
        .fetch(readers)
        .and_then(|row| async move { held_row(&row) })
        .map_err(failed("read acts to verify"))
        .try_collect()
        .await
}

fn held_row(row: &PgRow) -> Result<HeldRow, sqlx::Error> {
    Ok(HeldRow {
        position: row.try_get::<i64, _>(0)?.cast_unsigned(),
        stream: row.try_get(1)?,
        stream_version: row.try_get::<i64, _>(2)?.cast_unsigned(),
        id: row.try_get::<Uuid, _>(3)?.into_bytes().to_vec(),
        event: row.try_get(4)?,
        occurred_at: row.try_get::<DateTime<Utc>, _>(5)?.timestamp_micros(),
        recorded_at: row.try_get::<DateTime<Utc>, _>(6)?.timestamp_micros(),
        envelope: row.try_get(7)?,
        leaf: row.try_get(8)?,
        chain: row.try_get(9)?,
        follows: row.try_get(10)?,
    })
}

pub(super) async fn wrong_stream(readers: &PgPool) -> Result<Option<(String, u64)>, StoreError> {
    let row: Option<(String, i64)> =
        sqlx::query_as(include_str!("../sql/postgres/select_wrong_stream.sql"))
            .fetch_optional(readers)
            .await
            .map_err(failed("compare the register of streams"))?;
    Ok(row.map(|(stream, position)| (stream, position.cast_unsigned())))
}

/// A stream's name and an act of it.
fn named(row: &PgRow) -> Result<(String, Stored), StoreError> {
    Ok((row.try_get(0).map_err(failed("read a stream's name"))?, stored(row, 1)?))
}

/// An act from the columns position, envelope and leaf, which begin at `from`.
fn stored(row: &PgRow, from: usize) -> Result<Stored, StoreError> {
    let failed = failed("read an act");
    let position = row.try_get::<i64, _>(from).map_err(failed)?.cast_unsigned();
    let envelope = row.try_get(from + 1).map_err(failed)?;
    let leaf = sized(row.try_get(from + 2).map_err(failed)?, position, "the leaf")?;
    Ok(Stored { position, envelope, leaf })
}
