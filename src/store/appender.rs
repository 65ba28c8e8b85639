//! The appender: the one task of this process that writes the chronicle. It commits what is
//! waiting and answers every sender; when a commit fails it goes on with the next batch.

use std::sync::Arc;

use super::known::Known;
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
pub(super) async fn run(mut waiting: Waiting, mut writer: Writer, known: Arc<Known>) {
    while let Some(work) = waiting.next().await {
        match work {
            Work::Batch(batch) => append(&mut writer, batch, &known).await,
            Work::Restore(restoring) => {
                let outcome = writer.restore(restoring.acts).await;
                if let Ok(end) = &outcome {
                    known.tell(*end);
                }
                // Whoever asked may have gone away.
                let _ = restoring.reply.send(outcome);
            }
        }
    }
    writer.finish().await;
}

async fn append(writer: &mut Writer, batch: Batch, known: &Known) {
    match writer.commit(&batch.commands).await {
        Ok(plan) => {
            known.tell(plan.head);
            batch.answer(plan.answers);
        }
        Err(error) => {
            let why = error.with_cause();
            tracing::error!(error = why, commands = batch.commands.len(), "an append failed");
            let answer = |_: &Command| Err(AppendError::Store(error.clone()));
            let answers = batch.commands.iter().map(answer).collect();
            batch.answer(answers);
        }
    }
}
