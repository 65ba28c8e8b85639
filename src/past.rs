//! 往昔: the chronicle as it stood at a position, with its own read tables, in a folder of its own
//! that goes with it. What a list said then is what the same functions make of the same acts.

use std::collections::VecDeque;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OnceCell, Semaphore};

use crate::runner::{self, REGISTRY, RunnerError};
use crate::store::{Proven, Store, StoreError};

/// How many pasts are kept at a time.
const KEPT: usize = 2;
/// How many acts are copied at a time.
const PAGE: u32 = 4_000;

/// Why a past could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// A chronicle failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its read tables could not be made.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// No folder could be made for it.
    #[error("no folder can be made for the chronicle as it stood at {position}")]
    Folder {
        /// The position.
        position: u64,
        /// Why not.
        source: std::io::Error,
    },
    /// An act cannot be copied.
    #[error("the act at position {position} cannot be copied: {rule}")]
    Act {
        /// Its position.
        position: u64,
        /// The rule it breaks.
        rule: String,
    },
    /// It is being made.
    #[error("what was known at {position} is being folded from the chronicle")]
    BeingMade {
        /// The position.
        position: u64,
    },
}

/// The chronicle as it stood at a position. Its folder goes with it.
#[derive(Debug)]
pub struct Past {
    store: Store,
    folder: PathBuf,
}

impl Drop for Past {
    fn drop(&mut self) {
        // What is left of it is in the system's own folder for what does not last.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Past {
    /// The chronicle then.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Copies the acts up to a position and makes their read tables.
    ///
    /// # Errors
    /// [`PastError`].
    pub async fn of(now: &Store, position: u64) -> Result<Self, PastError> {
        let past = Self::empty(position).await?;
        past.take(now, position).await?;
        fold(&past.store, &mut |_, _| {}).await?;
        Ok(past)
    }

    /// A chronicle of nothing, in a folder of its own, to be filled up to a position.
    ///
    /// # Errors
    /// [`PastError`].
    pub async fn empty(position: u64) -> Result<Self, PastError> {
        let name = format!("tongjian-past-{}", uuid::Uuid::now_v7());
        let folder = std::env::temp_dir().join(name);
        let made = std::fs::DirBuilder::new().mode(0o700).create(&folder);
        made.map_err(|source| PastError::Folder { position, source })?;
        let store = Store::open(&folder.join("past.db")).await;
        Ok(Self { store: store?, folder })
    }

    /// Takes the acts of a chronicle up to a position.
    ///
    /// # Errors
    /// [`PastError`].
    pub async fn take(&self, now: &Store, position: u64) -> Result<(), PastError> {
        let mut at = 0;
        while at < position {
            let page = now.after(at, PAGE).await?;
            let held = page.into_iter().take_while(|act| act.position <= position);
            let proven = held.map(|act| {
                let position = act.position;
                Proven::of(act.envelope).map_err(|rule| PastError::Act { position, rule })
            });
            let proven: Vec<Proven> = proven.collect::<Result<_, _>>()?;
            let Some(last) = proven.last() else { return Ok(()) };
            at = last.position();
            self.store.restore(proven).await?;
        }
        Ok(())
    }
}

/// Makes the read tables of a chronicle that has none.
///
/// # Errors
/// [`RunnerError`].
pub async fn fold(
    store: &Store,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<(), RunnerError> {
    let all: Vec<_> = REGISTRY.iter().collect();
    runner::rebuild(store, &all, &mut |_, at, of| progress(at, of)).await?;
    runner::judge_dockets(store).await?;
    Ok(())
}

/// The same on a thread of its own, as everything that folds.
///
/// # Errors
/// [`RunnerError`].
pub async fn fold_apart(
    store: &Store,
    progress: &Arc<dyn Fn(u64, u64) + Send + Sync>,
) -> Result<(), RunnerError> {
    let (store, progress, runtime) = (store.clone(), Arc::clone(progress), Handle::current());
    let folding = tokio::task::spawn_blocking(move || {
        runtime.block_on(fold(&store, &mut |at, of| progress(at, of)))
    });
    folding.await.map_err(|_| {
        let reason = "the read tables were not made to their end".into();
        RunnerError::Store(StoreError::Stopped { reason })
    })?
}

/// A past, made once however many ask for it.
type Cell = Arc<OnceCell<Arc<Past>>>;

/// The pasts that were asked for last.
#[derive(Debug)]
pub struct Pasts {
    kept: Mutex<VecDeque<(u64, Cell)>>,
    /// One is made at a time.
    making: Arc<Semaphore>,
}

impl Default for Pasts {
    fn default() -> Self {
        Self { kept: Mutex::default(), making: Arc::new(Semaphore::new(1)) }
    }
}

impl Pasts {
    /// The past at a position. Whoever waits longer than `limit` is told that it is being made; it
    /// goes on being made.
    ///
    /// # Errors
    /// [`PastError`].
    pub async fn at(
        &self,
        now: &Store,
        position: u64,
        limit: Duration,
    ) -> Result<Arc<Past>, PastError> {
        let cell = self.cell(position);
        let (now, turn) = (now.clone(), Arc::clone(&self.making));
        let runtime = Handle::current();
        // On a thread of its own, as everything that folds.
        let making = tokio::task::spawn_blocking(move || {
            let make = || async {
                let _one = turn.acquire().await;
                Past::of(&now, position).await.map(Arc::new)
            };
            runtime.block_on(async { cell.get_or_try_init(make).await.cloned() })
        });
        match tokio::time::timeout(limit, making).await {
            Ok(Ok(made)) => made,
            Ok(Err(_)) | Err(_) => Err(PastError::BeingMade { position }),
        }
    }

    fn cell(&self, position: u64) -> Cell {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cell)) = kept.iter().find(|(at, _)| *at == position) {
            return Arc::clone(cell);
        }
        kept.truncate(KEPT - 1);
        let cell = Cell::default();
        kept.push_front((position, Arc::clone(&cell)));
        cell
    }
}
