//! 推演: keeps the read tables in step with the chronicle: log, folds, lines, checkpoint in one
//! transaction. Each projection has a thread of its own, so that folding never delays an append
//! or an answer. Whatever runs beside it, the checkpoint decides who wrote.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::future::select_all;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tongjian_projections::supervision;

use crate::store::{Store, StoreError};
use feed::Feed;
use follower::Follower;

mod dockets;
mod feed;
mod filling;
mod fold;
mod follower;
mod live;
mod oracle;
mod rebuild;
mod registry;

pub use crate::store::read_tables::{Checkpoint, Poison, Role as GenerationRole};
pub use oracle::Difference;
pub use rebuild::Part;
pub use registry::{REGISTRY, Registered};

/// Why the runner could not do something.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An act cannot be taken by a projection.
    #[error("`{projection}` stopped at position {}: {}", poison.position, poison.error)]
    Stopped {
        /// The projection.
        projection: &'static str,
        /// The act, and why.
        poison: Poison,
    },
    /// The read tables say something else than the chronicle.
    #[error(
        "`{}` differs in {}, key `{}`, column `{}`: stored {}, refolded {}",
        .0.projection, .0.table, .0.key, .0.column, .0.stored, .0.refolded
    )]
    Differs(Box<Difference>),
    /// No projection has this name.
    #[error("there is no projection `{name}`")]
    Unknown {
        /// The name.
        name: String,
    },
    /// The projection has not been made yet in this edition.
    #[error("`{projection}` has not been made yet")]
    Absent {
        /// The projection.
        projection: &'static str,
    },
    /// No generation that this release can use is kept from before.
    #[error("of `{projection}` no generation is kept that served before")]
    NoneKept {
        /// The projection.
        projection: &'static str,
    },
    /// Another process is at the same work.
    #[error("another process works on `{projection}`")]
    Overtaken {
        /// The projection.
        projection: &'static str,
    },
}

/// How a projection stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The position up to which its read tables speak.
    pub position: u64,
    /// The act it stopped at.
    pub stopped: Option<Poison>,
    /// What keeps it from going on, when it is not an act.
    pub error: Option<String>,
    /// Whether that passes only when somebody does something: its tables are of another chronicle,
    /// or of a newer release.
    pub unusable: bool,
}

impl Standing {
    /// Tells what keeps a projection waiting. Logged when it is something new, not at every look.
    fn waits(told: &watch::Sender<Self>, projection: &'static str, error: &RunnerError) {
        let (why, unusable) = match error {
            RunnerError::Store(error) => {
                (error.with_cause(), matches!(error, StoreError::ReadTables { .. }))
            }
            other => (other.to_string(), false),
        };
        if told.borrow().error.as_ref() != Some(&why) {
            tracing::error!(projection, error = why, "a projection waits");
        }
        told.send_modify(|at| (at.error, at.unusable) = (Some(why), unusable));
    }
}

/// The projections that did not reach a position in time, and where they stand.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", self.text())]
pub struct Behind {
    /// The position waited for.
    pub position: u64,
    /// Each projection that has not reached it.
    pub standings: Vec<(&'static str, Standing)>,
}

impl Behind {
    fn text(&self) -> String {
        let names = self.standings.iter().map(|(name, at)| format!("`{name}` at {}", at.position));
        let names = names.collect::<Vec<_>>().join(", ");
        let why = self.standings.iter().find_map(|(_, at)| at.error.as_ref());
        let why = why.map_or(String::new(), |why| format!("; {why}"));
        format!("not yet at {}: {names}{why}", self.position)
    }
}

/// The running projections. Cheap to clone; they stop with [`Runner::stop`] or the last clone.
#[derive(Debug, Clone)]
pub struct Runner {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    standings: Vec<(&'static str, watch::Receiver<Standing>)>,
    stop: watch::Sender<bool>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl Runner {
    /// Starts every projection of a registry. To be called in a runtime, which must outlive it.
    ///
    /// # Errors
    /// [`StoreError`] when a thread cannot be started.
    pub fn spawn(store: &Store, registry: &'static [Registered]) -> Result<Self, StoreError> {
        let runtime = Handle::try_current().map_err(|error| StoreError::Stopped {
            reason: format!("projections need a runtime: {error}"),
        })?;
        let feed = Arc::new(Feed::new(store.clone()));
        let stop = watch::Sender::new(false);
        let (mut standings, mut threads) = (Vec::new(), Vec::new());
        for projection in registry {
            let (tell, told) = watch::channel(Standing::default());
            let follower = Follower::new(projection, Arc::clone(&feed), tell, stop.subscribe());
            let thread = std::thread::Builder::new().name(projection.name.into());
            let runtime = runtime.clone();
            let started = thread.spawn(move || follower.run(&runtime)).map_err(|error| {
                StoreError::Stopped { reason: format!("no thread could be started: {error}") }
            })?;
            standings.push((projection.name, told));
            threads.push(started);
        }
        if std::ptr::eq(registry, REGISTRY) {
            let (tell, told) = watch::channel(Standing::default());
            let (moved, moves) = watch::channel(0);
            runtime.spawn(tell_of_moves(standings.clone(), moved));
            let follower = dockets::follower::Follower::new(feed, tell, moves, stop.subscribe());
            let thread = std::thread::Builder::new().name(supervision::NAME.into());
            let runtime = runtime.clone();
            let started = thread.spawn(move || follower.run(&runtime)).map_err(|error| {
                StoreError::Stopped { reason: format!("no thread could be started: {error}") }
            })?;
            standings.push((supervision::NAME, told));
            threads.push(started);
        }
        Ok(Self { inner: Arc::new(Inner { standings, stop, threads: Mutex::new(threads) }) })
    }

    /// How each projection stands.
    #[must_use]
    pub fn standings(&self) -> Vec<(&'static str, Standing)> {
        let read = |(name, told): &(&'static str, watch::Receiver<Standing>)| {
            (*name, told.borrow().clone())
        };
        self.inner.standings.iter().map(read).collect()
    }

    /// Tells each change of a projection's standing; `None` for a name that is not running.
    #[must_use]
    pub fn follow(&self, name: &str) -> Option<watch::Receiver<Standing>> {
        let found = self.inner.standings.iter().find(|(running, _)| *running == name);
        found.map(|(_, told)| told.clone())
    }

    /// Waits until every projection has reached a position.
    ///
    /// # Errors
    /// [`Behind`] when the time is over, or one has stopped before it, or cannot be used at all.
    pub async fn wait_for(&self, position: u64, limit: Duration) -> Result<(), Behind> {
        let reached = async {
            for (_, told) in &self.inner.standings {
                let mut told = told.clone();
                let there = |at: &Standing| at.position >= position || at.stopped.is_some();
                // A thread that has ended tells nothing more; its last standing is judged below.
                let _ = told.wait_for(there).await;
            }
        };
        tokio::select! {
            _ = tokio::time::timeout(limit, reached) => {}
            () = self.one_is_unusable() => {}
        }
        let mut standings = self.standings();
        standings.retain(|(_, at)| at.position < position);
        if standings.is_empty() { Ok(()) } else { Err(Behind { position, standings }) }
    }

    /// Waits until the tables of some projection turn out to be of no use.
    async fn one_is_unusable(&self) {
        let each = self.inner.standings.iter().map(|(_, told)| {
            let mut told = told.clone();
            Box::pin(async move {
                if told.wait_for(|at| at.unusable).await.is_err() {
                    std::future::pending::<()>().await;
                }
            })
        });
        select_all(each).await;
    }

    /// Stops after the transactions under way.
    pub async fn stop(&self) {
        self.inner.stop.send_replace(true);
        let threads = {
            let mut held = self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *held)
        };
        let joined = tokio::task::spawn_blocking(move || {
            threads.into_iter().map(JoinHandle::join).filter(Result::is_err).count()
        });
        if let Ok(failed @ 1..) = joined.await {
            tracing::error!(failed, "threads of projections ended in a panic");
        }
    }
}

/// Tells the least position of the projections whenever one moves, until all have ended.
async fn tell_of_moves(
    standings: Vec<(&'static str, watch::Receiver<Standing>)>,
    moved: watch::Sender<u64>,
) {
    let mut told: Vec<_> = standings.into_iter().map(|(_, told)| told).collect();
    while !moved.is_closed() {
        let changes = told.iter_mut().map(|told| Box::pin(told.changed()));
        let (changed, _, _) = select_all(changes).await;
        if changed.is_err() {
            return;
        }
        moved.send_replace(told.iter().map(|told| told.borrow().position).min().unwrap_or(0));
    }
}

/// Judges every docket whose facts have changed, as a running service does by itself. Answers the
/// position up to which all is judged.
///
/// # Errors
/// [`RunnerError`].
pub async fn judge_dockets(store: &Store) -> Result<u64, RunnerError> {
    dockets::Dockets::new(Arc::new(Feed::new(store.clone()))).await?.judge_all().await
}

/// Proves that the judgements on dockets follow from the facts that are stored; answers the
/// position up to which they are proven.
///
/// # Errors
/// [`RunnerError::Differs`] with the first difference, [`RunnerError::Overtaken`] while dockets
/// wait to be judged.
pub async fn verify_dockets(
    store: &Store,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<u64, RunnerError> {
    dockets::oracle::verify(Arc::new(Feed::new(store.clone())), progress).await
}

/// Makes projections anew beside the serving ones, reading the chronicle once, and switches to
/// them. The generation that served before is kept; the one before that is dropped. Answers their
/// checkpoints in the same order.
///
/// # Errors
/// [`RunnerError`]; a rebuild that was broken off is taken up by the next. Where one of them meets
/// an act it cannot take the others are made nevertheless.
pub async fn rebuild(
    store: &Store,
    projections: &[&'static Registered],
    progress: &mut (dyn FnMut(Part, u64, u64) + Send),
) -> Result<Vec<Checkpoint>, RunnerError> {
    rebuild::rebuild(projections, Arc::new(Feed::new(store.clone())), progress).await
}

/// Lets the generation that served before the last rebuild serve again, once it has caught up; the
/// one that serves now is kept in its place.
///
/// # Errors
/// [`RunnerError::NoneKept`] when none of this edition is there.
pub async fn switch_back(
    store: &Store,
    projection: &'static Registered,
    progress: &mut (dyn FnMut(Part, u64, u64) + Send),
) -> Result<Checkpoint, RunnerError> {
    rebuild::switch_back(projection, Arc::new(Feed::new(store.clone())), progress).await
}

/// Drops the generation that served before the last rebuild. Answers what was dropped.
///
/// # Errors
/// [`StoreError`].
pub async fn drop_old(
    store: &Store,
    projection: &Registered,
) -> Result<Vec<Checkpoint>, StoreError> {
    rebuild::drop_old(store, projection).await
}

/// Proves that the stored rows and lines of a projection equal a refold from position 1; answers
/// the position up to which they are proven.
///
/// # Errors
/// [`RunnerError::Differs`] with the first difference.
pub async fn verify_projection(
    store: &Store,
    projection: &'static Registered,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<u64, RunnerError> {
    oracle::verify(projection, Arc::new(Feed::new(store.clone())), progress).await
}

/// Where the generations of a projection stand, oldest first; for metrics and operators.
///
/// # Errors
/// [`StoreError`] when they cannot be read.
pub async fn checkpoints(
    store: &Store,
    projection: &Registered,
) -> Result<Vec<Checkpoint>, StoreError> {
    store.checkpoints(projection.name).await
}

/// The projection of this name.
///
/// # Errors
/// [`RunnerError::Unknown`].
pub fn named(name: &str) -> Result<&'static Registered, RunnerError> {
    let found = REGISTRY.iter().find(|projection| projection.name == name);
    found.ok_or_else(|| RunnerError::Unknown { name: name.into() })
}
