//! The keys of applicants, in a schema of their own, which only the service's role may read.

use sqlx::PgPool;

use super::super::StoreError;
use super::super::keys::{PAGE, WrappedKey};
use super::{Postgres, failed};

type Row = (String, String, String, Vec<u8>);

pub(in super::super) async fn one(
    store: &Postgres,
    applicant: &str,
) -> Result<Option<WrappedKey>, StoreError> {
    let applicant = applicant.to_owned();
    let read = |pool: PgPool| async move {
        let row: Option<Row> =
            sqlx::query_as(include_str!("../sql/postgres/select_applicant_key.sql"))
                .bind(applicant)
                .fetch_optional(&pool)
                .await
                .map_err(failed("read a key"))?;
        Ok(row.map(WrappedKey::from))
    };
    store.read(read).await
}

pub(in super::super) async fn keep(store: &Postgres, key: &WrappedKey) -> Result<(), StoreError> {
    let key = key.clone();
    let keep = |pool: PgPool| async move {
        sqlx::query(include_str!("../sql/postgres/insert_applicant_key.sql"))
            .bind(key.applicant)
            .bind(key.key)
            .bind(key.master)
            .bind(key.wrapped)
            .execute(&pool)
            .await
            .map_err(failed("keep a key"))?;
        Ok(())
    };
    store.read(keep).await
}

pub(in super::super) async fn rewrap(
    store: &Postgres,
    key: &WrappedKey,
    before: &str,
) -> Result<bool, StoreError> {
    let (key, before) = (key.clone(), before.to_owned());
    let rewrap = |pool: PgPool| async move {
        let done = sqlx::query(include_str!("../sql/postgres/rewrap_applicant_key.sql"))
            .bind(key.master)
            .bind(key.wrapped)
            .bind(key.applicant)
            .bind(key.key)
            .bind(before)
            .execute(&pool)
            .await
            .map_err(failed("wrap a key anew"))?;
        Ok(done.rows_affected() > 0)
    };
    store.read(rewrap).await
}

pub(in super::super) async fn destroy(
    store: &Postgres,
    applicant: &str,
) -> Result<bool, StoreError> {
    let applicant = applicant.to_owned();
    let destroy = |pool: PgPool| async move {
        let done = sqlx::query(include_str!("../sql/postgres/delete_applicant_key.sql"))
            .bind(applicant)
            .execute(&pool)
            .await
            .map_err(failed("destroy a key"))?;
        Ok(done.rows_affected() > 0)
    };
    store.read(destroy).await
}

pub(in super::super) async fn after(
    store: &Postgres,
    after: &str,
) -> Result<Vec<WrappedKey>, StoreError> {
    let after = after.to_owned();
    let read = |pool: PgPool| async move {
        let rows: Vec<Row> =
            sqlx::query_as(include_str!("../sql/postgres/select_applicant_keys.sql"))
                .bind(after)
                .bind(i64::from(PAGE))
                .fetch_all(&pool)
                .await
                .map_err(failed("read the keys"))?;
        Ok(rows.into_iter().map(WrappedKey::from).collect())
    };
    store.read(read).await
}

pub(in super::super) async fn left_over(
    store: &Postgres,
    event: &str,
) -> Result<Vec<String>, StoreError> {
    let event = event.to_owned();
    let read = |pool: PgPool| async move {
        sqlx::query_scalar(include_str!("../sql/postgres/select_keys_left_over.sql"))
            .bind(event)
            .fetch_all(&pool)
            .await
            .map_err(failed("look for keys that should be gone"))
    };
    store.read(read).await
}
