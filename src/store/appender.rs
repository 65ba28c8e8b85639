//! The appender: the one task of this process that writes the chronicle. It commits what is
//! waiting and answers every sender; when a commit fails it goes on with the next batch.

use std::sync::Arc;

use tokio::sync::watch;

use super::plan::Plan;
use super::queue::{Batch, Waiting, Work};
use super::{AppendError, Command, Head, Proven, StoreError, postgres, sqlite};

/// The writing end of a backend.
pub(super) enum Writer {
    Sqlite(Box<sqlite::Writer>),
    Postgres(Box<postgres::Writer>),
}

impl Writer {
    async fn commit(&mut self, commands: &[Command]) -> Result<Plan, StoreError> {
        match self {
            Self::Sqlite(writer) => writer.commit(commands).await,
            Self::Postgres(writer) => writer.commit(commands).await,
        }
    }

    async fn restore(&mut self, acts: Vec<Proven>) -> Result<Head, StoreError> {
        match self {
            Self::Sqlite(writer) => writer.restore(acts).await,
            Self::Postgres(writer) => writer.restore(acts).await,
        }
    }

    async fn finish(self) {
        match self {
            Self::Sqlite(writer) => writer.finish().await,
            Self::Postgres(writer) => writer.finish().await,
        }
    }
}

/// Runs until the queue is closed and empty.
pub(super) async fn run(mut waiting: Waiting, mut writer: Writer, head: Arc<watch::Sender<u64>>) {
    while let Some(work) = waiting.next().await {
        match work {
            Work::Batch(batch) => append(&mut writer, batch, &head).await,
            Work::Restore(restoring) => {
                let outcome = writer.restore(restoring.acts).await;
                if let Ok(end) = &outcome {
                    tell(&head, end.position);
                }
                // Whoever asked may have gone away.
                let _ = restoring.reply.send(outcome);
            }
        }
    }
    writer.finish().await;
}

async fn append(writer: &mut Writer, batch: Batch, head: &watch::Sender<u64>) {
    match writer.commit(&batch.commands).await {
        Ok(plan) => {
            tell(head, plan.head.position);
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

/// Tells a new last position; it never goes back.
pub(super) fn tell(head: &watch::Sender<u64>, position: u64) {
    head.send_if_modified(|known| {
        let moved = position > *known;
        *known = position.max(*known);
        moved
    });
}
