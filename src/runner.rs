//! 推演: keeps the read tables in step with the chronicle: log, folds, lines, checkpoint in one
//! transaction. Each projection has a thread of its own, so that folding never delays an append
//! or an answer. Whatever runs beside it, the checkpoint decides who wrote.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::store::read_tables::Role;
use crate::store::{Store, StoreError};
use feed::Feed;
use live::{Live, Stepped};

mod feed;
mod fold;
mod live;
mod oracle;
mod rebuild;
mod registry;

pub use crate::store::read_tables::{Checkpoint, Poison, Role as GenerationRole};
pub use oracle::Difference;
pub use rebuild::Part;
pub use registry::{REGISTRY, Registered};

/// How long a projection waits before it looks again, when nobody tells it of a new act: another
/// process may have written, or the database may have recovered.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// From so many acts on, an empty projection is filled by a rebuild, which is faster.
const MANY_ACTS: u64 = 20_000;

/// Why the runner could not do something.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// The store failed.
    #[error("{0}")]
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
        format!("not yet at {}: {}", self.position, names.collect::<Vec<_>>().join(", "))
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
            let follower =
                Follower { projection, feed: Arc::clone(&feed), tell, stop: stop.subscribe() };
            let thread = std::thread::Builder::new().name(projection.name.into());
            let runtime = runtime.clone();
            let started = thread.spawn(move || follower.run(&runtime)).map_err(|error| {
                StoreError::Stopped { reason: format!("no thread could be started: {error}") }
            })?;
            standings.push((projection.name, told));
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
    /// [`Behind`] when the time is over, or one has stopped before it.
    pub async fn wait_for(&self, position: u64, limit: Duration) -> Result<(), Behind> {
        let reached = async {
            for (_, told) in &self.inner.standings {
                let mut told = told.clone();
                let there = |at: &Standing| at.position >= position || at.stopped.is_some();
                // A thread that has ended tells nothing more; its last standing is judged below.
                let _ = told.wait_for(there).await;
            }
        };
        let _ = tokio::time::timeout(limit, reached).await;
        let mut standings = self.standings();
        standings.retain(|(_, at)| at.position < position);
        if standings.is_empty() { Ok(()) } else { Err(Behind { position, standings }) }
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

/// Makes a projection anew beside the serving one and switches to it.
///
/// # Errors
/// [`RunnerError`]; a rebuild that was broken off is taken up by the next.
pub async fn rebuild(
    store: &Store,
    projection: &'static Registered,
    progress: &mut (dyn FnMut(Part, u64, u64) + Send),
) -> Result<Checkpoint, RunnerError> {
    rebuild::rebuild(projection, Arc::new(Feed::new(store.clone())), progress).await
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

struct Follower {
    projection: &'static Registered,
    feed: Arc<Feed>,
    tell: watch::Sender<Standing>,
    stop: watch::Receiver<bool>,
}

impl Follower {
    /// Folds on its own thread. What it waits for is waited for by the runtime of the service,
    /// since connections to a database live in the runtime that opened them.
    fn run(mut self, runtime: &Handle) {
        runtime.block_on(self.follow());
    }

    async fn follow(&mut self) {
        let mut changes = self.feed.store().head_changes();
        let mut live = None;
        while !*self.stop.borrow() {
            changes.mark_unchanged();
            let idle = match self.advance(&mut live).await {
                Ok(idle) => idle,
                Err(RunnerError::Stopped { poison, .. }) => {
                    live = None;
                    self.until_skipped(poison, &mut changes).await;
                    false
                }
                Err(error) => {
                    let projection = self.projection.name;
                    tracing::error!(projection, %error, "a projection waits");
                    self.tell.send_modify(|at| at.error = Some(error.to_string()));
                    live = None;
                    true
                }
            };
            if idle {
                self.pause(&mut changes).await;
            }
        }
    }

    /// Waits for a new act, the order to stop, or the time to look again.
    async fn pause(&mut self, changes: &mut watch::Receiver<u64>) {
        tokio::select! {
            _ = self.stop.changed() => {}
            Ok(()) = changes.changed() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }

    /// A rebuild that met an act it cannot take is tried again when an operator lets it pass.
    async fn until_skipped(&mut self, poison: Poison, changes: &mut watch::Receiver<u64>) {
        let position = poison.position;
        self.tell.send_modify(|at| at.stopped = Some(poison));
        while !*self.stop.borrow() {
            let skipped = self.feed.skipped(self.projection.name).await;
            if skipped.is_ok_and(|skipped| skipped.contains(&position)) {
                return;
            }
            self.pause(changes).await;
        }
    }

    /// One step; whether there is nothing more to do for now.
    async fn advance(&mut self, live: &mut Option<Live>) -> Result<bool, RunnerError> {
        let following = match live {
            Some(following) => following,
            None => {
                let feed = Arc::clone(&self.feed);
                live.insert(Live::new(self.projection, feed, Role::Serving).await?)
            }
        };
        let stepped = following.step().await?;
        let (position, stopped, idle) = match stepped {
            Stepped::Moved(position) => (Some(position), None, false),
            Stepped::UpToDate(position) => (Some(position), None, true),
            Stepped::Stopped(poison) => (None, Some(poison), true),
            Stepped::Overtaken => return Ok(false),
            Stepped::Absent => {
                self.make().await?;
                return Ok(false);
            }
        };
        self.tell.send_if_modified(|at| {
            let now = Standing { position: position.unwrap_or(at.position), stopped, error: None };
            let differs = *at != now;
            *at = now;
            differs
        });
        Ok(idle)
    }

    /// Makes the tables where there are none, and fills them where there is much to fold or an
    /// older edition still serves.
    async fn make(&self) -> Result<(), RunnerError> {
        let mut writer = self.feed.store().read_tables_writer().await?;
        let all = writer.checkpoints(self.projection.name).await?;
        let newer = all.iter().find(|at| at.edition > self.projection.edition);
        if let Some(newer) = newer {
            let finding = format!(
                "`{}` was made by a newer release (edition {}); rebuild it to go back",
                newer.name, newer.edition
            );
            return Err(StoreError::ReadTables { finding }.into());
        }
        rebuild::tidy(&mut writer, self.projection).await?;
        let serving = all.iter().any(|at| at.role == Role::Serving);
        if !serving {
            let next = all.iter().map(|at| at.generation).max().unwrap_or(0) + 1;
            let tables = self.projection.generation(self.projection.edition, next);
            writer.make(&tables, Role::Serving).await?;
        }
        drop(writer);
        let head = self.feed.store().head().await?.position;
        if serving || head > MANY_ACTS {
            let feed = Arc::clone(&self.feed);
            match rebuild::rebuild(self.projection, feed, &mut |_, _, _| {}).await {
                // What serves goes on act by act, and stops there too.
                Err(RunnerError::Stopped { .. }) if !serving => {}
                outcome => drop(outcome?),
            }
        }
        Ok(())
    }
}
