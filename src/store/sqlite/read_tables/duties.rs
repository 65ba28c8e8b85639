//! Duties in SQLite: what is due and not yet done.

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, SqlitePool};

use super::super::failed;
use crate::store::StoreError;
use crate::store::read_tables::{StoredDuty, of_dockets};

pub(crate) async fn due(
    readers: &SqlitePool,
    views: &[&'static str],
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<StoredDuty>, StoreError> {
    let of = |view: &&str| {
        let of_docket = of_dockets(view);
        format!(
            "select stream, \"after\", due_at, by_law, event, body, {of_docket} \
             from \"{view}\" as duty \
             where due_at <= ?1 and (until_at is null or until_at > ?1) and (\"after\" > 0 or \
             not exists (select 1 from timeline where timeline.stream = duty.stream))"
        )
    };
    let all: Vec<String> = views.iter().map(of).collect();
    // Names come from the constants of the projections; values are bound.
    let sql = format!("{} order by due_at, stream limit ?2", all.join(" union all "));
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(now.timestamp_micros())
        .bind(limit)
        .fetch_all(readers)
        .await
        .map_err(failed("look for what fell due"))?;
    rows.iter().map(duty).collect::<Result<_, _>>().map_err(failed("read a duty"))
}

fn duty(row: &SqliteRow) -> Result<StoredDuty, sqlx::Error> {
    let due_at = DateTime::from_timestamp_micros(row.try_get(2)?);
    Ok(StoredDuty {
        stream: row.try_get(0)?,
        after: row.try_get::<i64, _>(1)?.cast_unsigned(),
        due_at: due_at.unwrap_or(DateTime::<Utc>::MAX_UTC),
        by_law: row.try_get::<i64, _>(3)? != 0,
        of_docket: row.try_get::<i64, _>(6)? != 0,
        event: row.try_get(4)?,
        body: row.try_get(5)?,
    })
}
