//! The keys of applicants in the chronicle's file. A connection is opened for each change, with
//! which SQLite overwrites what it deletes; after a deletion the write-ahead log is folded into the
//! file and cut off, since it holds the page as it was.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool};

use super::super::StoreError;
use super::super::keys::{PAGE, WrappedKey};
use super::failed;

type Row = (String, String, String, Vec<u8>);

/// The way to the keys.
#[derive(Debug)]
pub(in super::super) struct Keys {
    options: SqliteConnectOptions,
    readers: SqlitePool,
}

impl Keys {
    pub(super) fn new(options: SqliteConnectOptions, readers: SqlitePool) -> Self {
        Self { options: options.pragma("secure_delete", "on"), readers }
    }

    async fn writer(&self) -> Result<SqliteConnection, StoreError> {
        self.options.connect().await.map_err(failed("open the keys for writing"))
    }

    pub(in super::super) async fn one(
        &self,
        applicant: &str,
    ) -> Result<Option<WrappedKey>, StoreError> {
        let row: Option<Row> =
            sqlx::query_as(include_str!("../sql/sqlite/select_applicant_key.sql"))
                .bind(applicant)
                .fetch_optional(&self.readers)
                .await
                .map_err(failed("read a key"))?;
        Ok(row.map(WrappedKey::from))
    }

    pub(in super::super) async fn keep(&self, key: &WrappedKey) -> Result<(), StoreError> {
        let mut writer = self.writer().await?;
        sqlx::query(include_str!("../sql/sqlite/insert_applicant_key.sql"))
            .bind(&key.applicant)
            .bind(&key.key)
            .bind(&key.master)
            .bind(&key.wrapped)
            .execute(&mut writer)
            .await
            .map_err(failed("keep a key"))?;
        close(writer).await
    }

    pub(in super::super) async fn rewrap(
        &self,
        key: &WrappedKey,
        before: &str,
    ) -> Result<bool, StoreError> {
        let mut writer = self.writer().await?;
        let done = sqlx::query(include_str!("../sql/sqlite/rewrap_applicant_key.sql"))
            .bind(&key.master)
            .bind(&key.wrapped)
            .bind(&key.applicant)
            .bind(&key.key)
            .bind(before)
            .execute(&mut writer)
            .await
            .map_err(failed("wrap a key anew"))?;
        close(writer).await?;
        Ok(done.rows_affected() > 0)
    }

    pub(in super::super) async fn destroy(&self, applicant: &str) -> Result<bool, StoreError> {
        let mut writer = self.writer().await?;
        let done = sqlx::query(include_str!("../sql/sqlite/delete_applicant_key.sql"))
            .bind(applicant)
            .execute(&mut writer)
            .await
            .map_err(failed("destroy a key"))?;
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as(include_str!("../sql/sqlite/checkpoint_wal.sql"))
                .fetch_one(&mut writer)
                .await
                .map_err(failed("cut the write-ahead log off"))?;
        if busy != 0 {
            tracing::warn!("the write-ahead log is in use; it holds a destroyed key for a while");
        }
        close(writer).await?;
        Ok(done.rows_affected() > 0)
    }

    pub(in super::super) async fn after(&self, after: &str) -> Result<Vec<WrappedKey>, StoreError> {
        let rows: Vec<Row> =
            sqlx::query_as(include_str!("../sql/sqlite/select_applicant_keys.sql"))
                .bind(after)
                .bind(PAGE)
                .fetch_all(&self.readers)
                .await
                .map_err(failed("read the keys"))?;
        Ok(rows.into_iter().map(WrappedKey::from).collect())
    }

    pub(in super::super) async fn left_over(&self, event: &str) -> Result<Vec<String>, StoreError> {
        sqlx::query_scalar(include_str!("../sql/sqlite/select_keys_left_over.sql"))
            .bind(event)
            .fetch_all(&self.readers)
            .await
            .map_err(failed("look for keys that should be gone"))
    }
}

async fn close(writer: SqliteConnection) -> Result<(), StoreError> {
    writer.close().await.map_err(failed("close the keys"))
}
