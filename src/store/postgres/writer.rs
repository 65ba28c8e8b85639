//! The one writing connection of this process, the partitions it knows to be there, and what
//! becomes of a batch when the connection is lost.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, NaiveDate};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::time::timeout;
use uuid::Uuid;

use super::super::memory::Memory;
use super::super::plan::Plan;
use super::super::{Command, Head, Proven, StoreError};
use super::{append, failed, load};

/// How long a batch may take before its senders are told that nobody knows what became of it: a
/// server whose machine is gone answers nothing at all. Longer than any lock is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many bits of a position lie within a partition.
const BLOCK_BITS: u32 = 24;

/// The writing connection and what it remembers.
pub(in super::super) struct Writer {
    connection: Option<PgConnection>,
    memory: Memory,
    options: PgConnectOptions,
    /// Up to this block of positions there are partitions.
    blocks: Option<u64>,
    /// Months whose ids have a partition.
    months: BTreeSet<NaiveDate>,
}

impl Writer {
    pub(super) fn new(connection: PgConnection, options: PgConnectOptions) -> Self {
        Self {
            connection: Some(connection),
            memory: Memory::default(),
            options,
            blocks: None,
            months: BTreeSet::new(),
        }
    }

    /// Commits a batch. A connection that is lost is opened again and the batch tried once more:
    /// whether it had been committed follows from its ids. It takes a limited time in all.
    pub(in super::super) async fn commit(
        &mut self,
        commands: &[Command],
    ) -> Result<Plan, StoreError> {
        if let Ok(outcome) = timeout(PATIENCE, self.attempts(commands)).await {
            return outcome;
        }
        // The connection went with the attempt.
        self.forget();
        Err(failed("append in time")(io::Error::from(io::ErrorKind::TimedOut).into()))
    }

    async fn attempts(&mut self, commands: &[Command]) -> Result<Plan, StoreError> {
        match self.attempt(commands).await {
            Err(error) if append::is_lost(&error) => {
                let why = error.with_cause();
                tracing::warn!(error = why, "the connection was lost; the batch is tried again");
                self.attempt(commands).await
            }
            outcome => outcome,
        }
    }

    /// Writes acts at the places that they name. A connection that is lost is the caller's trouble:
    /// whether they were written is told by the head.
    pub(in super::super) async fn restore(
        &mut self,
        acts: Vec<Proven>,
    ) -> Result<Head, StoreError> {
        let mut connection = self.connected().await?;
        let outcome = self.restored(&mut connection, acts).await;
        self.keep(connection, outcome.as_ref().ok()).await;
        outcome
    }

    async fn attempt(&mut self, commands: &[Command]) -> Result<Plan, StoreError> {
        let mut connection = self.connected().await?;
        let outcome = self.committed(&mut connection, commands).await;
        self.keep(connection, outcome.as_ref().ok().map(|plan| &plan.head)).await;
        outcome
    }

    async fn connected(&mut self) -> Result<PgConnection, StoreError> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => self.options.connect().await.map_err(failed("reach the chronicle again")),
        }
    }

    /// Keeps a connection after a success, and what is known where the chronicle now ends.
    async fn keep(&mut self, connection: PgConnection, end: Option<&Head>) {
        match end {
            Some(head) => {
                self.connection = Some(connection);
                self.blocks = self.blocks.filter(|made| block(head.position) < *made);
            }
            None => {
                self.forget();
                drop(connection.close_hard().await);
            }
        }
    }

    /// Where the chronicle ends is read anew.
    fn forget(&mut self) {
        self.memory = Memory::default();
        self.blocks = None;
    }

    async fn committed(
        &mut self,
        connection: &mut PgConnection,
        commands: &[Command],
    ) -> Result<Plan, StoreError> {
        let acts = commands.iter().flat_map(|command| &command.acts);
        self.make_partitions(connection, acts.map(|act| act.submission().id)).await?;
        append::commit(connection, &mut self.memory, commands).await
    }

    async fn restored(
        &mut self,
        connection: &mut PgConnection,
        acts: Vec<Proven>,
    ) -> Result<Head, StoreError> {
        self.make_partitions(connection, acts.iter().map(Proven::id)).await?;
        load::restore(connection, &mut self.memory, acts).await
    }

    /// Makes what is missing for these ids and the next positions.
    async fn make_partitions(
        &mut self,
        connection: &mut PgConnection,
        ids: impl Iterator<Item = Uuid>,
    ) -> Result<(), StoreError> {
        self.make_months(connection, ids).await?;
        if self.blocks.is_none() {
            self.make_blocks(connection).await?;
        }
        Ok(())
    }

    /// The partition of the next position and the one after it: made long before they are needed.
    async fn make_blocks(&mut self, connection: &mut PgConnection) -> Result<(), StoreError> {
        let head = append::head(connection).await?;
        let next = block(head.position + 1);
        for block in [next, next + 1] {
            sqlx::query(include_str!("../sql/postgres/make_events_partition.sql"))
                .bind(((block << BLOCK_BITS) + 1).cast_signed())
                .execute(&mut *connection)
                .await
                .map_err(failed("make a partition of positions"))?;
        }
        self.blocks = Some(next + 1);
        Ok(())
    }

    async fn make_months(
        &mut self,
        connection: &mut PgConnection,
        ids: impl Iterator<Item = Uuid>,
    ) -> Result<(), StoreError> {
        for month in ids.filter_map(month) {
            if self.months.contains(&month) {
                continue;
            }
            sqlx::query(include_str!("../sql/postgres/make_ids_partition.sql"))
                .bind(month)
                .execute(&mut *connection)
                .await
                .map_err(failed("make a partition of ids"))?;
            self.months.insert(month);
        }
        Ok(())
    }

    pub(in super::super) async fn finish(self) {
        let Some(connection) = self.connection else { return };
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "the connection was not closed cleanly");
        }
    }
}

/// The block of positions that has its own partition.
pub(super) fn block(position: u64) -> u64 {
    position.saturating_sub(1) >> BLOCK_BITS
}

/// The first day of the month that an id begins with; `None` outside of the years whose months
/// have partitions of their own.
fn month(id: Uuid) -> Option<NaiveDate> {
    let millis = i64::try_from(id.as_u128() >> 80).ok()?;
    let day = DateTime::from_timestamp_millis(millis)?.date_naive();
    if !(2000..2100).contains(&day.year()) {
        return None;
    }
    day.with_day(1)
}
