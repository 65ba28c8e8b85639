//! A new generation beside the one that serves: rows first, then the lines that follow from them,
//! then the indexes; it catches up and takes the views over in one transaction. Memory stays flat,
//! and a rebuild that was broken off goes on where it stood.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::time::{Instant, sleep};
use tongjian_projections::Context;

use super::RunnerError;
use super::feed::Feed;
use super::fold::Touched;
use super::live::{Live, Stepped, derived, load};
use super::registry::{Registered, Rows};
use crate::store::StoreError;
use crate::store::leases::{HELD_EVERY, LASTS};
use crate::store::read_tables::{Change, Checkpoint, Poison, Role, Tables, Writer};

/// Rows are written when so many are held, or so many acts were folded.
const MAX_ROWS: usize = 15_000;
const MAX_ACTS: u64 = 20_000;
/// How many rows are derived in one transaction.
const DERIVED: u32 = 2_000;
/// Sorts after every key: all lines are derived.
const ALL_DERIVED: &str = "\u{10ffff}";

/// Which part of a rebuild is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Acts are folded into rows.
    Folding,
    /// Lines are derived from rows.
    Deriving,
    /// What came meanwhile is taken in.
    CatchingUp,
}

/// Makes a new generation of a projection and lets it serve. Answers its checkpoint.
pub(super) async fn rebuild(
    projection: &'static Registered,
    feed: Arc<Feed>,
    progress: &mut (dyn FnMut(Part, u64, u64) + Send),
) -> Result<Checkpoint, RunnerError> {
    let store = feed.store().clone();
    let lease = format!("rebuild/{}", projection.name);
    let start = Instant::now();
    // One who rebuilt and is no more holds on to it no longer than that.
    while !store.take_lease(&lease, LASTS).await? {
        if start.elapsed() > LASTS + HELD_EVERY {
            return Err(RunnerError::Overtaken { projection: projection.name });
        }
        sleep(HELD_EVERY / 4).await;
    }
    let made = store.holding(&lease, make(projection, feed, progress)).await;
    store.give_lease_back(&lease).await;
    made
}

async fn make(
    projection: &'static Registered,
    feed: Arc<Feed>,
    progress: &mut (dyn FnMut(Part, u64, u64) + Send),
) -> Result<Checkpoint, RunnerError> {
    let writer = feed.store().read_tables_writer().await?;
    let skipped = feed.skipped(projection.name).await?;
    let since = Instant::now();
    let mut filling = Filling { projection, feed, since, writer, skipped };
    let mut at = filling.begin().await?;
    if at.derived_key.is_none() {
        at = filling.fold_all(at, progress).await?;
    }
    at = filling.derive_all(at, progress).await?;
    filling.writer.index(&projection.generation(at.edition, at.generation)).await?;
    filling.catch_up(progress).await
}

/// Drops generations that no longer serve, and unfinished ones of other editions.
pub(super) async fn tidy(writer: &mut Writer, projection: &Registered) -> Result<(), StoreError> {
    for at in writer.checkpoints(projection.name).await? {
        let stale = at.role == Role::Filling && at.edition != projection.edition;
        if at.role == Role::Retired || stale {
            writer.discard(&at).await?;
        }
    }
    Ok(())
}

struct Filling {
    projection: &'static Registered,
    feed: Arc<Feed>,
    since: Instant,
    writer: Writer,
    skipped: BTreeSet<u64>,
}

impl Filling {
    async fn begin(&mut self) -> Result<Checkpoint, RunnerError> {
        tidy(&mut self.writer, self.projection).await?;
        let all = self.writer.checkpoints(self.projection.name).await?;
        if !all.iter().any(|at| at.role == Role::Filling) {
            let next = all.iter().map(|at| at.generation).max().unwrap_or(0) + 1;
            let tables = self.projection.generation(self.projection.edition, next);
            self.writer.make(&tables, Role::Filling).await?;
        }
        let filling = self.writer.in_role(self.projection.name, Role::Filling).await?;
        filling.ok_or(RunnerError::Overtaken { projection: self.projection.name })
    }

    async fn fold_all(
        &mut self,
        mut at: Checkpoint,
        progress: &mut (dyn FnMut(Part, u64, u64) + Send),
    ) -> Result<Checkpoint, RunnerError> {
        let head = self.feed.store().head().await?.position;
        while at.position < head {
            at = self.fold_some(at, head).await?;
            progress(Part::Folding, at.position, head);
        }
        self.mark_derived(at, "").await
    }

    /// Folds as many acts as memory should hold, and writes the rows they changed.
    async fn fold_some(&mut self, at: Checkpoint, head: u64) -> Result<Checkpoint, RunnerError> {
        let tables = self.projection.generation(at.edition, at.generation);
        let mut rows = (self.projection.rows)();
        let mut to = at.position;
        while to < head && rows.len() < MAX_ROWS && to - at.position < MAX_ACTS {
            let page = self.feed.page(to, self.since).await?;
            let Some(last) = page.last() else { break };
            let touched = self.poisoned(Touched::of(self.projection, &page, &self.skipped))?;
            load(&mut self.writer, &tables, &touched.keys(), rows.as_mut()).await?;
            self.poisoned(touched.fold(&page, rows.as_mut(), |_| true))?;
            to = last.position;
        }
        self.store(at, &tables, rows.as_ref(), to).await
    }

    async fn store(
        &mut self,
        at: Checkpoint,
        tables: &Tables,
        rows: &dyn Rows,
        to: u64,
    ) -> Result<Checkpoint, RunnerError> {
        let mut texts = Vec::with_capacity(rows.len());
        for key in rows.keys() {
            let text = rows.row(&key).map_err(|finding| StoreError::ReadTables { finding })?;
            texts.extend(text.map(|text| (key, text)));
        }
        self.writer.begin().await?;
        let stored = match self.writer.advance(&at, to).await {
            Ok(true) => self.writer.store_rows(tables, texts).await.map(|()| true),
            other => other,
        };
        if self.writer.end(stored).await? {
            Ok(Checkpoint { position: to, ..at })
        } else {
            Err(RunnerError::Overtaken { projection: self.projection.name })
        }
    }

    async fn derive_all(
        &mut self,
        mut at: Checkpoint,
        progress: &mut (dyn FnMut(Part, u64, u64) + Send),
    ) -> Result<Checkpoint, RunnerError> {
        let tables = self.projection.generation(at.edition, at.generation);
        let context = self.feed.context_at(at.position).await?;
        let after = at.derived_key.as_deref().unwrap_or_default();
        let (mut done, left) = (0, self.writer.count_after(&tables, after).await?);
        loop {
            let (next, derived) = self.derive_some(at, &tables, &context).await?;
            at = next;
            if derived == 0 {
                return self.mark_derived(at, ALL_DERIVED).await;
            }
            done += derived;
            progress(Part::Deriving, done, left);
        }
    }

    /// Derives the lines of the next rows; answers how many there were.
    async fn derive_some(
        &mut self,
        at: Checkpoint,
        tables: &Tables,
        context: &Context,
    ) -> Result<(Checkpoint, u64), RunnerError> {
        let after = at.derived_key.as_deref().unwrap_or_default();
        let page = self.writer.rows_after(tables, after, DERIVED).await?;
        let mut rows = (self.projection.rows)();
        let mut changes = Vec::with_capacity(page.len());
        for (key, text) in page {
            let change = derived(rows.as_mut(), &key, &text, context, at.position);
            changes.push(self.poisoned(change)?);
        }
        let Some(last) = changes.last() else { return Ok((at, 0)) };
        let last = last.key.clone();
        let derived = changes.len() as u64;
        self.writer.begin().await?;
        let written = self.write_derived(&at, tables, &changes, &last).await;
        if self.writer.end(written).await? {
            Ok((Checkpoint { derived_key: Some(last), ..at }, derived))
        } else {
            Err(RunnerError::Overtaken { projection: self.projection.name })
        }
    }

    async fn write_derived(
        &mut self,
        at: &Checkpoint,
        tables: &Tables,
        changes: &[Change],
        last: &str,
    ) -> Result<bool, StoreError> {
        if !self.writer.derived(at, last).await? {
            return Ok(false);
        }
        self.writer.first_lines(tables, changes).await?;
        Ok(true)
    }

    async fn mark_derived(&mut self, at: Checkpoint, key: &str) -> Result<Checkpoint, RunnerError> {
        if self.writer.derived(&at, key).await? {
            Ok(Checkpoint { derived_key: Some(key.into()), ..at })
        } else {
            Err(RunnerError::Overtaken { projection: self.projection.name })
        }
    }

    /// Follows the chronicle until the new generation is level, then switches.
    async fn catch_up(
        &mut self,
        progress: &mut (dyn FnMut(Part, u64, u64) + Send),
    ) -> Result<Checkpoint, RunnerError> {
        let mut live = Live::new(self.projection, Arc::clone(&self.feed), Role::Filling).await?;
        loop {
            match live.step().await? {
                Stepped::Moved(position) => progress(Part::CatchingUp, position, position),
                Stepped::Overtaken => {}
                Stepped::Absent => {
                    return Err(RunnerError::Overtaken { projection: self.projection.name });
                }
                Stepped::Stopped(poison) => return self.poisoned(Err(poison)),
                Stepped::UpToDate(_) => {
                    let Some(at) = live.checkpoint().cloned() else { continue };
                    let tables = self.projection.generation(at.edition, at.generation);
                    if self.writer.switch(&tables, &at).await? {
                        // Somebody may still be reading the tables before; the next rebuild drops
                        // them.
                        if let Err(error) = tidy(&mut self.writer, self.projection).await {
                            tracing::warn!(%error, "the tables before are not dropped yet");
                        }
                        return Ok(Checkpoint { role: Role::Serving, derived_key: None, ..at });
                    }
                }
            }
        }
    }

    fn poisoned<T>(&self, outcome: Result<T, Poison>) -> Result<T, RunnerError> {
        let projection = self.projection.name;
        outcome.map_err(|poison| RunnerError::Stopped { projection, poison })
    }
}
