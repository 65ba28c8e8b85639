//! The one writing connection. After a failure it is opened anew.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use super::super::memory::Memory;
use super::super::plan::Plan;
use super::super::{Command, Head, Proven, StoreError};
use super::{failed, write};

/// The writing connection and what it remembers.
pub(in super::super) struct Writer {
    connection: Option<SqliteConnection>,
    memory: Memory,
    options: SqliteConnectOptions,
}

impl Writer {
    pub(super) fn new(connection: SqliteConnection, options: SqliteConnectOptions) -> Self {
        Self { connection: Some(connection), memory: Memory::default(), options }
    }

    pub(in super::super) async fn commit(
        &mut self,
        commands: &[Command],
    ) -> Result<Plan, StoreError> {
        let mut connection = self.connected().await?;
        let outcome = write::commit(&mut connection, &mut self.memory, commands).await;
        self.keep(connection, outcome.is_ok()).await;
        outcome
    }

    pub(in super::super) async fn restore(
        &mut self,
        acts: Vec<Proven>,
    ) -> Result<Head, StoreError> {
        let mut connection = self.connected().await?;
        let outcome = write::restore(&mut connection, &mut self.memory, acts).await;
        self.keep(connection, outcome.is_ok()).await;
        outcome
    }

    async fn connected(&mut self) -> Result<SqliteConnection, StoreError> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => self.options.connect().await.map_err(failed("open the chronicle again")),
        }
    }

    async fn keep(&mut self, connection: SqliteConnection, whole: bool) {
        if whole {
            self.connection = Some(connection);
        } else {
            // Whether the transaction is open, committed or gone is unknown; closing ends it.
            self.memory = Memory::default();
            drop(connection.close_hard().await);
        }
    }

    /// Folds the write-ahead log into the file.
    pub(in super::super) async fn finish(self) {
        let Some(mut connection) = self.connection else { return };
        let folded = sqlx::raw_sql(include_str!("../sql/sqlite/checkpoint_wal.sql"))
            .execute(&mut connection)
            .await;
        if let Err(error) = folded {
            tracing::warn!(%error, "the write-ahead log was not folded into the file");
        }
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "the chronicle's file was not closed cleanly");
        }
    }
}
