//! 填: the chronicle into generations that nobody reads yet, stream by stream. A stream is read
//! once, whole, and decoded once for all projections: their rows are folded in memory, their lines
//! derived from them, and both are written once, without indexes. Reading and folding run ahead of
//! writing, several stretches beside each other.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::sleep;
use tongjian_projections::Context;

use super::RunnerError;
use super::feed::{Feed, reading};
use super::fold::{Reading, Touched};
use super::live::load;
use super::rebuild::Part;
use super::registry::Registered;
use crate::store::read_tables::{Change, Checkpoint, Poison, Tables, Writer};
use crate::store::register::Stretch;
use crate::store::{Store, StoreError};

/// Sorts before the name of every stream.
pub(super) const NOTHING: &str = "/";
/// Sorts after the name of every stream.
pub(super) const EVERYTHING: &str = "\u{10ffff}";
/// How many acts are read, folded and written at a time, about.
const ACTS: u64 = 2_000;
/// How long others may write when the chronicle has grown: in SQLite one writes at a time.
const PAUSE: Duration = Duration::from_millis(2);
/// How many stretches are read and folded ahead of the one that is written.
const AHEAD: usize = 4;

/// A generation that is being filled with the acts up to its checkpoint.
pub(super) struct Filling {
    pub(super) projection: &'static Registered,
    pub(super) at: Checkpoint,
    pub(super) tables: Tables,
    /// The act that it cannot take.
    pub(super) stopped: Option<Poison>,
}

impl Filling {
    pub(super) fn new(projection: &'static Registered, at: Checkpoint) -> Self {
        let tables = projection.generation(at.edition, at.generation);
        Self { projection, at, tables, stopped: None }
    }

    fn goes_on(&self) -> bool {
        self.stopped.is_none() && self.at.filled_through.as_deref() != Some(EVERYTHING)
    }

    fn overtaken(&self) -> RunnerError {
        RunnerError::Overtaken { projection: self.projection.name }
    }
}

/// Fills all of them. One that meets an act it cannot take stops there; the others go on.
pub(super) async fn fill(
    feed: &Feed,
    writer: &mut Writer,
    fillings: &mut [Filling],
    progress: &mut (dyn FnMut(Part, u64, u64) + Send),
) -> Result<(), RunnerError> {
    // They are in step, unless some were broken off at another time than others.
    while let Some(first) = fillings.iter().find(|filling| filling.goes_on()) {
        let place = (first.at.position, first.at.filled_through.clone());
        let in_step = |filling: &&mut Filling| {
            filling.goes_on()
                && (filling.at.position, &filling.at.filled_through) == (place.0, &place.1)
        };
        let together: Vec<&mut Filling> = fillings.iter_mut().filter(in_step).collect();
        let filler = Filler::new(feed, writer, together).await?;
        filler.fill(place.0, place.1.unwrap_or_default(), progress).await?;
    }
    Ok(())
}

/// What the fold of a stretch needs to know; the same for every stretch.
struct Premises {
    store: Store,
    position: u64,
    context: Context,
    /// Each projection, with the acts that it is let to pass over.
    projections: Vec<(&'static Registered, BTreeSet<u64>)>,
}

/// A stretch, and for each projection what follows from it.
struct Made {
    stretch: Stretch,
    window: Vec<Reading>,
    changes: Vec<Result<Vec<Change>, Poison>>,
}

impl Premises {
    async fn make(self: Arc<Self>, stretch: Stretch) -> Result<Made, StoreError> {
        let streams = self.store.streams_between(&stretch, self.position).await?;
        let made = spawn_blocking(move || {
            let acts = streams.iter().flat_map(|(_, acts)| acts);
            let window: Vec<Reading> = acts.map(reading).collect();
            let fold = |(projection, skipped): &(&'static Registered, _)| {
                let mut rows = (projection.rows)();
                let touched = Touched::of(projection, &window, skipped)?;
                touched.fold(&window, rows.as_mut(), |_| true)?;
                touched.changes(&window, rows.as_ref(), &self.context)
            };
            let changes = self.projections.iter().map(fold).collect();
            Made { stretch, window, changes }
        });
        made.await.map_err(|error| broken_off(&error))
    }
}

fn broken_off(error: &JoinError) -> StoreError {
    StoreError::Stopped { reason: format!("a stretch was not folded: {error}") }
}

/// What became of writing a stretch.
enum Written {
    Whole,
    /// A row is there already: an act of a stream before touched it, too.
    RowsThere,
}

struct Filler<'f> {
    premises: Arc<Premises>,
    writer: &'f mut Writer,
    fillings: Vec<&'f mut Filling>,
}

impl<'f> Filler<'f> {
    async fn new(
        feed: &Feed,
        writer: &'f mut Writer,
        fillings: Vec<&'f mut Filling>,
    ) -> Result<Self, StoreError> {
        let position = fillings.first().map_or(0, |filling| filling.at.position);
        let mut projections = Vec::with_capacity(fillings.len());
        for filling in &fillings {
            let skipped = feed.skipped(filling.projection.name).await?;
            projections.push((filling.projection, skipped));
        }
        let context = feed.context_at(position).await?;
        let store = feed.store().clone();
        let premises = Arc::new(Premises { store, position, context, projections });
        Ok(Self { premises, writer, fillings })
    }

    async fn fill(
        mut self,
        position: u64,
        through: String,
        progress: &mut (dyn FnMut(Part, u64, u64) + Send),
    ) -> Result<(), RunnerError> {
        let from_the_start = through == NOTHING;
        let premises = Arc::clone(&self.premises);
        let made = premises.store.stretches(through, position, ACTS).map_ok(|stretch| {
            let made = tokio::spawn(Arc::clone(&premises).make(stretch));
            async move { made.await.map_err(|error| broken_off(&error))? }
        });
        let mut made = pin!(made.try_buffered(AHEAD));
        let head = self.premises.store.head_changes();
        let mut done = 0;
        while let Some(made) = made.try_next().await? {
            done += made.window.len() as u64;
            self.write(made).await?;
            progress(Part::Filling, done, position);
            if !self.fillings.iter().any(|filling| filling.goes_on()) {
                return Ok(());
            }
            if *head.borrow() > position {
                sleep(PAUSE).await;
            }
        }
        if from_the_start && done != position {
            let finding = format!("the streams hold {done} of the acts up to it");
            return Err(StoreError::Damaged { position, finding }.into());
        }
        for filling in self.fillings.iter_mut().filter(|filling| filling.goes_on()) {
            if !self.writer.filled(&filling.at, EVERYTHING).await? {
                return Err(filling.overtaken());
            }
            filling.at.filled_through = Some(EVERYTHING.into());
        }
        Ok(())
    }

    async fn write(&mut self, mut made: Made) -> Result<(), RunnerError> {
        self.set_aside(&mut made);
        if let Written::RowsThere = self.write_as(&made, Writing::New).await? {
            self.fold_upon_what_is_there(&mut made).await?;
            self.set_aside(&mut made);
            self.write_as(&made, Writing::Changed).await?;
        }
        for filling in self.fillings.iter_mut().filter(|filling| filling.goes_on()) {
            filling.at.filled_through = Some(made.stretch.until.clone());
        }
        Ok(())
    }

    /// Projections that cannot take an act of this stretch go no further.
    fn set_aside(&mut self, made: &mut Made) {
        for (filling, changes) in self.fillings.iter_mut().zip(&made.changes) {
            if let (None, Err(poison)) = (&filling.stopped, changes) {
                filling.stopped = Some(poison.clone());
            }
        }
    }

    /// One transaction for all of them, so that they stay in step.
    async fn write_as(&mut self, made: &Made, writing: Writing) -> Result<Written, RunnerError> {
        self.writer.begin().await?;
        let mut written = Ok(Written::Whole);
        for (filling, changes) in self.fillings.iter().zip(&made.changes) {
            let (true, Ok(changes)) = (filling.goes_on(), changes) else { continue };
            written = write_one(self.writer, filling, changes, &made.stretch.until, writing).await;
            if !matches!(written, Ok(Written::Whole)) {
                break;
            }
        }
        if let Ok(Written::RowsThere) = written {
            self.writer.roll_back().await?;
            return written;
        }
        self.writer.end(written).await
    }

    /// Folds a stretch anew upon the rows that are stored. It happens where an act touches what
    /// belongs to another stream; from then on the indexes are there.
    async fn fold_upon_what_is_there(&mut self, made: &mut Made) -> Result<(), RunnerError> {
        let Self { premises, writer, fillings } = self;
        made.changes.clear();
        for (filling, (projection, skipped)) in fillings.iter().zip(&premises.projections) {
            let folded = match Touched::of(projection, &made.window, skipped) {
                Err(poison) => Err(poison),
                Ok(touched) => {
                    writer.index(&filling.tables).await?;
                    let mut rows = (projection.rows)();
                    load(writer, &filling.tables, &touched.keys(), rows.as_mut()).await?;
                    let folded = touched.fold(&made.window, rows.as_mut(), |_| true);
                    folded.and_then(|()| {
                        touched.changes(&made.window, rows.as_ref(), &premises.context)
                    })
                }
            };
            made.changes.push(folded);
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy)]
enum Writing {
    /// Rows that are all new.
    New,
    /// Rows some of which are there.
    Changed,
}

/// Within a transaction.
async fn write_one(
    writer: &mut Writer,
    filling: &Filling,
    changes: &[Change],
    until: &str,
    writing: Writing,
) -> Result<Written, RunnerError> {
    if !writer.filled(&filling.at, until).await? {
        return Err(filling.overtaken());
    }
    match writing {
        Writing::New if !writer.insert(&filling.tables, changes).await? => Ok(Written::RowsThere),
        Writing::New => Ok(Written::Whole),
        Writing::Changed => {
            writer.apply(&filling.tables, changes).await?;
            Ok(Written::Whole)
        }
    }
}
