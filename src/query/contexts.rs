//! 語境: the calendar and the rules as known at a position, kept in memory: they are few acts and
//! every judgement needs them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tongjian_events::Recorded;
use tongjian_projections::Context;

use crate::cases::context_acts;
use crate::store::{Store, StoreError};

/// What another process appended is seen within this time.
const STALE: Duration = Duration::from_secs(1);

/// The calendar and the rules, and the last act of theirs.
#[derive(Debug, Clone)]
pub struct Under {
    /// The calendar and the rules.
    pub context: Arc<Context>,
    /// The position of the last act that they rest on; 0 before the first.
    pub position: u64,
}

/// The contexts of one chronicle.
#[derive(Debug)]
pub struct Contexts {
    store: Store,
    known: RwLock<Arc<Known>>,
    outdated: AtomicBool,
    refreshing: Mutex<()>,
}

#[derive(Debug)]
struct Known {
    acts: Vec<Recorded>,
    context: Arc<Context>,
    head: u64,
    at: Option<Instant>,
}

impl Contexts {
    /// Nothing is read before the first question.
    pub(super) fn new(store: Store) -> Self {
        let known =
            Known { acts: Vec::new(), context: Arc::new(Context::default()), head: 0, at: None };
        Self {
            store,
            known: RwLock::new(Arc::new(known)),
            outdated: AtomicBool::new(false),
            refreshing: Mutex::new(()),
        }
    }

    /// An act that may belong to the context was appended by this process.
    pub(super) fn outdated(&self) {
        self.outdated.store(true, Ordering::Release);
    }

    /// The context as known at this position.
    pub(super) async fn at(&self, position: u64) -> Result<Under, StoreError> {
        let mut known = self.current();
        if !self.serves(&known, position) {
            let _one = self.refreshing.lock().await;
            known = self.current();
            if !self.serves(&known, position) {
                known = self.refresh().await?;
            }
        }
        Ok(known.at(position))
    }

    fn current(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn serves(&self, known: &Known, position: u64) -> bool {
        let fresh = known.at.is_some_and(|at| at.elapsed() < STALE);
        known.head >= position || (fresh && !self.outdated.load(Ordering::Acquire))
    }

    async fn refresh(&self) -> Result<Arc<Known>, StoreError> {
        // Before the read: what is appended meanwhile makes it outdated again.
        self.outdated.store(false, Ordering::Release);
        let at = Some(Instant::now());
        let head = self.store.head().await?.position;
        let acts = context_acts(&self.store, head).await?;
        let mut context = Context::default();
        acts.iter().for_each(|act| context.apply(act));
        let known = Arc::new(Known { acts, context: Arc::new(context), head, at });
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&known);
        Ok(known)
    }
}

impl Known {
    fn at(&self, position: u64) -> Under {
        let count = self.acts.partition_point(|act| act.place.position <= position);
        let last = count.checked_sub(1).and_then(|last| self.acts.get(last));
        let under = last.map_or(0, |act| act.place.position);
        if count == self.acts.len() {
            return Under { context: Arc::clone(&self.context), position: under };
        }
        let mut context = Context::default();
        self.acts.iter().take(count).for_each(|act| context.apply(act));
        Under { context: Arc::new(context), position: under }
    }
}
