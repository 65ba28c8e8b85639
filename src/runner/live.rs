//! One projection kept up to date: a window of acts, one transaction, the checkpoint within it.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::time::Instant;
use tongjian_projections::{Context, Span};

use super::feed::Feed;
use super::fold::{Reading, Shift, Touched, guarded, shift};
use super::registry::{Registered, Rows};
use crate::store::StoreError;
use crate::store::read_tables::{Change, Checkpoint, Poison, Role, Tables, Writer};

/// How many rows are derived anew at a time when the context has changed.
const REDERIVED: u32 = 1_000;

/// One projection's generation, followed act by act.
pub(super) struct Live {
    projection: &'static Registered,
    feed: Arc<Feed>,
    role: Role,
    writer: Writer,
    /// When the writer was there.
    since: Instant,
    state: Option<State>,
}

struct State {
    at: Checkpoint,
    tables: Tables,
    context: Context,
    skipped: BTreeSet<u64>,
}

/// What a step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stepped {
    /// It took acts in; the checkpoint stands here.
    Moved(u64),
    /// There is nothing after the checkpoint.
    UpToDate(u64),
    /// An act cannot be taken.
    Stopped(Poison),
    /// Another has moved the checkpoint, or an act may be passed over: step again.
    Overtaken,
    /// No generation of this edition is there to be followed.
    Absent,
}

/// What a window came to in memory.
struct Outcome {
    changes: Vec<Change>,
    shift: Option<Shift>,
}

impl Live {
    pub(super) async fn new(
        projection: &'static Registered,
        feed: Arc<Feed>,
        role: Role,
    ) -> Result<Self, StoreError> {
        let writer = feed.store().read_tables_writer().await?;
        Ok(Self { projection, feed, role, writer, since: Instant::now(), state: None })
    }

    /// The checkpoint that the last step left.
    pub(super) fn checkpoint(&self) -> Option<&Checkpoint> {
        self.state.as_ref().map(|state| &state.at)
    }

    /// Takes the next window in.
    ///
    /// # Errors
    /// [`StoreError`]; the next step begins from what is stored.
    pub(super) async fn step(&mut self) -> Result<Stepped, StoreError> {
        let state = match self.state.take() {
            Some(state) => state,
            None => match self.begin().await? {
                Some(state) => state,
                None => return Ok(Stepped::Absent),
            },
        };
        let page = self.feed.page(state.at.position, self.since).await?;
        if page.is_empty() {
            let position = state.at.position;
            self.state = Some(state);
            return Ok(Stepped::UpToDate(position));
        }
        let mut window: &[Reading] = &page;
        loop {
            match self.take_in(&state, window).await? {
                Ok(taken) => return Ok(self.taken(state, window, taken)),
                Err(poison) => {
                    // The acts before it are taken in; it then comes first, and in the end alone.
                    let before = window.partition_point(|act| act.position < poison.position);
                    window = match window.get(..before.max(1)) {
                        Some(shorter) if shorter.len() < window.len() => shorter,
                        _ => return self.meet(state, poison).await,
                    };
                }
            }
        }
    }

    /// Folds a window and writes what follows; `None` when another has moved the checkpoint.
    async fn take_in(
        &mut self,
        state: &State,
        window: &[Reading],
    ) -> Result<Result<Option<Outcome>, Poison>, StoreError> {
        match self.fold(state, window).await? {
            Ok(outcome) => self.commit(state, window, outcome).await,
            Err(poison) => Ok(Err(poison)),
        }
    }

    fn taken(&mut self, state: State, window: &[Reading], taken: Option<Outcome>) -> Stepped {
        let Some(outcome) = taken else { return Stepped::Overtaken };
        let position = window.last().map_or(state.at.position, |act| act.position);
        let context = outcome.shift.map_or(state.context, |shift| shift.context);
        let at = Checkpoint { position, stopped: None, ..state.at };
        self.state = Some(State { at, context, ..state });
        Stepped::Moved(position)
    }

    async fn begin(&mut self) -> Result<Option<State>, StoreError> {
        let at = self.writer.in_role(self.projection.name, self.role).await?;
        let Some(at) = at.filter(|at| at.edition == self.projection.edition) else {
            return Ok(None);
        };
        let head = self.feed.store().head().await?.position;
        if at.position > head {
            let finding = format!(
                "`{}` has folded {} acts, more than the chronicle holds: the read tables belong \
                 to another chronicle; remove them, they are made again",
                at.name, at.position
            );
            return Err(StoreError::ReadTables { finding });
        }
        let context = self.feed.context_at(at.position).await?;
        let skipped = self.feed.skipped(self.projection.name).await?;
        let tables = self.projection.generation(at.edition, at.generation);
        Ok(Some(State { at, tables, context, skipped }))
    }

    async fn fold(
        &mut self,
        state: &State,
        window: &[Reading],
    ) -> Result<Result<Outcome, Poison>, StoreError> {
        let touched = match Touched::of(self.projection, window, &state.skipped) {
            Ok(touched) => touched,
            Err(poison) => return Ok(Err(poison)),
        };
        let mut rows = (self.projection.rows)();
        load(&mut self.writer, &state.tables, &touched.keys(), rows.as_mut()).await?;
        Ok(fold_loaded(&touched, window, rows.as_mut(), state))
    }

    async fn commit(
        &mut self,
        state: &State,
        window: &[Reading],
        outcome: Outcome,
    ) -> Result<Result<Option<Outcome>, Poison>, StoreError> {
        let to = window.last().map_or(state.at.position, |act| act.position);
        self.writer.begin().await?;
        match self.write(state, to, &outcome).await {
            Ok(true) => self.writer.end(Ok(Ok(Some(outcome)))).await,
            Ok(false) => self.take_back(Ok(None)).await,
            Err(Fault::Poison(poison)) => self.take_back(Err(poison)).await,
            Err(Fault::Store(error)) => self.writer.end(Err(error)).await,
        }
    }

    async fn take_back<T>(&mut self, outcome: T) -> Result<T, StoreError> {
        self.writer.roll_back().await?;
        Ok(outcome)
    }

    /// Within the transaction; `false` when another has moved the checkpoint.
    async fn write(&mut self, state: &State, to: u64, outcome: &Outcome) -> Result<bool, Fault> {
        if !self.writer.advance(&state.at, to).await? {
            return Ok(false);
        }
        if !outcome.changes.is_empty() {
            self.writer.apply(&state.tables, &outcome.changes).await?;
        }
        if let Some(shift) = &outcome.shift {
            let first = shift.bears.first().map_or(to, |(position, _)| *position);
            for span in merged(shift.bears.iter().map(|(_, span)| *span)) {
                self.rederive(&state.tables, span, &shift.context, first).await?;
            }
        }
        Ok(true)
    }

    /// Derives anew the rows whose days the new context bears on.
    async fn rederive(
        &mut self,
        tables: &Tables,
        span: Span,
        context: &Context,
        position: u64,
    ) -> Result<(), Fault> {
        let mut after = String::new();
        loop {
            let page = self.writer.rows_within(tables, &after, span, REDERIVED).await?;
            let mut rows = (self.projection.rows)();
            let mut changes = Vec::with_capacity(page.len());
            for (key, text) in page {
                changes.push(derived(rows.as_mut(), &key, &text, context, position)?);
                after = key;
            }
            if changes.is_empty() {
                return Ok(());
            }
            self.writer.rederive(tables, &changes).await?;
        }
    }

    /// An act that cannot be taken is passed over where an operator said so, else it stops the
    /// projection.
    async fn meet(&mut self, state: State, poison: Poison) -> Result<Stepped, StoreError> {
        let skipped = self.feed.skipped(self.projection.name).await?;
        if skipped.contains(&poison.position) && skipped != state.skipped {
            self.state = Some(State { skipped, ..state });
            return Ok(Stepped::Overtaken);
        }
        if state.at.stopped.as_ref() != Some(&poison) {
            tracing::error!(
                projection = self.projection.name,
                position = poison.position,
                error = %poison.error,
                "a projection stopped at an act it cannot take"
            );
            self.writer.stop(&state.at, &poison).await?;
        }
        let at = Checkpoint { stopped: Some(poison.clone()), ..state.at };
        self.state = Some(State { at, ..state });
        Ok(Stepped::Stopped(poison))
    }
}

/// Loads the stored rows of these keys that are not in memory yet.
pub(super) async fn load(
    writer: &mut Writer,
    tables: &Tables,
    keys: &BTreeSet<&str>,
    rows: &mut dyn Rows,
) -> Result<(), StoreError> {
    let missing: Vec<&str> = keys.iter().copied().filter(|key| !rows.holds(key)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for (key, text) in writer.rows_of(tables, &missing).await? {
        rows.load(key, Some(&text)).map_err(|finding| StoreError::ReadTables { finding })?;
    }
    Ok(())
}

fn fold_loaded(
    touched: &Touched,
    window: &[Reading],
    rows: &mut dyn Rows,
    state: &State,
) -> Result<Outcome, Poison> {
    touched.fold(window, rows, |_| true)?;
    let shift = shift(&state.context, window, &state.skipped)?;
    let context = shift.as_ref().map_or(&state.context, |shift| &shift.context);
    let changes = touched.changes(window, rows, context)?;
    Ok(Outcome { changes, shift })
}

/// What follows from a stored row.
fn derived(
    rows: &mut dyn Rows,
    key: &str,
    text: &str,
    context: &Context,
    position: u64,
) -> Result<Change, Poison> {
    let change = guarded(position, || {
        rows.load(key.to_owned(), Some(text))?;
        rows.change(key, context)
    })?;
    change.map_err(|error| Poison { position, error: format!("{error} (row `{key}`)") })
}

/// Spans that overlap become one, so that no row is derived twice.
pub(super) fn merged(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_by_key(|span| span.from);
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if last.to >= span.from => last.to = last.to.max(span.to),
            _ => merged.push(span),
        }
    }
    merged
}

/// Why a transaction was given up.
enum Fault {
    Store(StoreError),
    Poison(Poison),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Poison> for Fault {
    fn from(poison: Poison) -> Self {
        Self::Poison(poison)
    }
}
