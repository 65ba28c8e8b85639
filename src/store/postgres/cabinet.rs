//! The cabinet of a chronicle in PostgreSQL: a schema that only the service's role may enter.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row as _};

use super::{Postgres, failed};
use crate::store::StoreError;
use crate::store::cabinet::{Asked, Drawer, Keeping, Kept, Trace, Trail, instant, micros};
use crate::store::sized;

impl Postgres {
    pub(in crate::store) async fn kept(
        &self,
        drawer: Drawer,
        key: &str,
    ) -> Result<Option<Kept>, StoreError> {
        let key = key.to_owned();
        let read = move |pool| async move {
            let row = sqlx::query(include_str!("../sql/postgres/select_kept.sql"))
                .bind(drawer.as_str())
                .bind(key)
                .fetch_optional(&pool)
                .await
                .map_err(failed("read what is kept"))?;
            row.map(|row| kept(&row, 0)).transpose()
        };
        self.read(read).await
    }

    pub(in crate::store) async fn keep(&self, keeping: Keeping) -> Result<bool, StoreError> {
        let write = move |pool: PgPool| async move {
            let sql = match keeping.over {
                None => include_str!("../sql/postgres/insert_kept.sql"),
                Some(_) => include_str!("../sql/postgres/update_kept.sql"),
            };
            let query = sqlx::query(sql)
                .bind(keeping.drawer.as_str())
                .bind(keeping.key)
                .bind(keeping.body)
                .bind(keeping.ends_at.map(micros));
            let query = match keeping.over {
                None => query,
                Some(version) => query.bind(version.cast_signed()),
            };
            let done = query.execute(&pool).await.map_err(failed("keep something"))?;
            Ok(done.rows_affected() == 1)
        };
        self.read(write).await
    }

    pub(in crate::store) async fn let_go(
        &self,
        drawer: Drawer,
        key: &str,
    ) -> Result<bool, StoreError> {
        let key = key.to_owned();
        let write = move |pool: PgPool| async move {
            let done = sqlx::query(include_str!("../sql/postgres/delete_kept.sql"))
                .bind(drawer.as_str())
                .bind(key)
                .execute(&pool)
                .await
                .map_err(failed("let go of what is kept"))?;
            Ok(done.rows_affected() == 1)
        };
        self.read(write).await
    }

    pub(in crate::store) async fn let_ended_go(
        &self,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let write = move |pool: PgPool| async move {
            let done = sqlx::query(include_str!("../sql/postgres/delete_ended_kept.sql"))
                .bind(micros(now))
                .execute(&pool)
                .await
                .map_err(failed("let go of what has ended"))?;
            Ok(done.rows_affected())
        };
        self.read(write).await
    }

    pub(in crate::store) async fn enter(
        &self,
        trail: Trail,
        now: DateTime<Utc>,
    ) -> Result<Trace, StoreError> {
        self.read(move |pool| async move { enter(&pool, &trail, now).await }).await
    }

    pub(in crate::store) async fn trail(&self, asked: Asked) -> Result<Vec<Trace>, StoreError> {
        let read = move |pool: PgPool| async move {
            let rows = sqlx::query(include_str!("../sql/postgres/select_trail.sql"))
                .bind(asked.before.map_or(i64::MAX, u64::cast_signed))
                .bind(asked.who)
                .bind(asked.subject)
                .bind(i64::from(asked.limit))
                .fetch_all(&pool)
                .await
                .map_err(failed("read the audit trail"))?;
            rows.iter().map(trace).collect()
        };
        self.read(read).await
    }

    pub(in crate::store) async fn trail_after(
        &self,
        number: u64,
        limit: u32,
    ) -> Result<Vec<Trace>, StoreError> {
        let read = move |pool: PgPool| async move {
            let rows = sqlx::query(include_str!("../sql/postgres/select_trail_after.sql"))
                .bind(number.cast_signed())
                .bind(i64::from(limit))
                .fetch_all(&pool)
                .await
                .map_err(failed("read the audit trail"))?;
            rows.iter().map(trace).collect()
        };
        self.read(read).await
    }
}

async fn enter(pool: &PgPool, trail: &Trail, now: DateTime<Utc>) -> Result<Trace, StoreError> {
    let failed = failed("enter a trace");
    let mut transaction = pool.begin().await.map_err(failed)?;
    // Two that enter at once do it one after the other.
    sqlx::raw_sql("select pg_advisory_xact_lock(1416588899, 0);")
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    let last: Option<(i64, Vec<u8>)> =
        sqlx::query_as(include_str!("../sql/postgres/select_trail_end.sql"))
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
    let (number, chain) = last.unwrap_or_else(|| (0, vec![0; 32]));
    let number = number.cast_unsigned();
    let trace = Trace::next(number + 1, &sized(&chain, number, "the chain")?, trail, now);
    sqlx::query(include_str!("../sql/postgres/insert_trail.sql"))
        .bind(trace.number.cast_signed())
        .bind(micros(now))
        .bind(&trace.who)
        .bind(&trace.did)
        .bind(&trace.subject)
        .bind(&trace.detail)
        .bind(trace.chain.to_vec())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    Ok(trace)
}

fn kept(row: &PgRow, from: usize) -> Result<Kept, StoreError> {
    let version: i64 = row.try_get(from + 1).map_err(failed("read a version"))?;
    let body = row.try_get(from).map_err(failed("read what is kept"))?;
    Ok(Kept { body, version: version.cast_unsigned() })
}

fn trace(row: &PgRow) -> Result<Trace, StoreError> {
    let text = |column| row.try_get::<String, _>(column).map_err(failed("read a trace"));
    let whole = |column| row.try_get::<i64, _>(column).map_err(failed("read a trace"));
    let number = whole(0)?.cast_unsigned();
    let chain: Vec<u8> = row.try_get(6).map_err(failed("read a trace"))?;
    Ok(Trace {
        number,
        entered_at: instant(whole(1)?),
        who: text(2)?,
        did: text(3)?,
        subject: text(4)?,
        detail: text(5)?,
        chain: sized(&chain, number, "the chain")?,
    })
}
