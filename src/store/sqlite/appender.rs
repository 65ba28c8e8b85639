//! The appender: the one task that writes the chronicle. It commits what is waiting and answers
//! every sender; when a commit fails it opens the file anew and goes on with the next batch.

use std::sync::Arc;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::watch;

use super::super::memory::Memory;
use super::super::plan::Plan;
use super::super::queue::Waiting;
use super::super::{AppendError, Command, StoreError};
use super::{failed, write};

/// Runs until the queue is closed and empty, then folds the write-ahead log into the file.
pub(super) async fn run(
    mut waiting: Waiting,
    writer: SqliteConnection,
    options: SqliteConnectOptions,
    head: Arc<watch::Sender<u64>>,
) {
    let mut appender = Appender { writer: Some(writer), memory: Memory::default(), options };
    while let Some(batch) = waiting.next().await {
        match appender.commit(&batch.commands).await {
            Ok(plan) => {
                let position = plan.head.position;
                head.send_if_modified(|known| {
                    let moved = position > *known;
                    *known = position.max(*known);
                    moved
                });
                batch.answer(plan.answers);
            }
            Err(error) => {
                tracing::error!(%error, commands = batch.commands.len(), "an append failed");
                let answer = |_: &Command| Err(AppendError::Store(error.clone()));
                let answers = batch.commands.iter().map(answer).collect();
                batch.answer(answers);
            }
        }
    }
    appender.finish().await;
}

struct Appender {
    writer: Option<SqliteConnection>,
    memory: Memory,
    options: SqliteConnectOptions,
}

impl Appender {
    async fn commit(&mut self, commands: &[Command]) -> Result<Plan, StoreError> {
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.options.connect().await.map_err(failed("open the chronicle again"))?,
        };
        let outcome = write::commit(&mut writer, &mut self.memory, commands).await;
        match &outcome {
            Ok(_) => self.writer = Some(writer),
            // Whether the transaction is open, committed or gone is unknown; closing ends it.
            Err(_) => {
                self.memory = Memory::default();
                drop(writer.close_hard().await);
            }
        }
        outcome
    }

    async fn finish(self) {
        let Some(mut writer) = self.writer else { return };
        let folded = sqlx::raw_sql(include_str!("../sql/sqlite/checkpoint_wal.sql"))
            .execute(&mut writer)
            .await;
        if let Err(error) = folded {
            tracing::warn!(%error, "the write-ahead log was not folded into the file");
        }
        if let Err(error) = writer.close().await {
            tracing::warn!(%error, "the chronicle's file was not closed cleanly");
        }
    }
}
