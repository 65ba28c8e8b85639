//! The chronicle as the projections read it: in pages, read once for those that keep step.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;
use tongjian_events::{Event, Recorded};
use tongjian_projections::Context;

use super::fold::Reading;
use crate::store::{Store, StoreError, Stored};

/// How many acts a page holds at most.
pub(super) const PAGE: u32 = 2_000;
/// How many pages are kept for projections that follow close behind.
const KEPT: usize = 3;
/// The streams that hold the context.
const CONTEXT_STREAMS: [&str; 2] = ["calendar/", "policy/"];

/// The chronicle in pages.
#[derive(Debug)]
pub(super) struct Feed {
    store: Store,
    kept: Mutex<VecDeque<Kept>>,
}

/// A page that was read.
#[derive(Debug)]
struct Kept {
    after: u64,
    read_at: Instant,
    page: Arc<Vec<Reading>>,
}

impl Feed {
    pub(super) fn new(store: Store) -> Self {
        Self { store, kept: Mutex::new(VecDeque::new()) }
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// The acts after a position, as many as a page holds, read at `since` or later. Whoever folds
    /// them names the moment when his own connection was there: a page from before it may hold acts
    /// of a server that was lost with them.
    pub(super) async fn page(
        &self,
        after: u64,
        since: Instant,
    ) -> Result<Arc<Vec<Reading>>, StoreError> {
        let serves = |kept: &&Kept| kept.after == after && kept.read_at >= since;
        if let Some(kept) = self.kept().iter().find(serves) {
            return Ok(Arc::clone(&kept.page));
        }
        let read_at = Instant::now();
        let page: Vec<Reading> = self.store.after(after, PAGE).await?.iter().map(reading).collect();
        let page = Arc::new(page);
        if !page.is_empty() {
            let mut kept = self.kept();
            kept.truncate(KEPT - 1);
            kept.push_front(Kept { after, read_at, page: Arc::clone(&page) });
        }
        Ok(page)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The context as the chronicle told it up to a position.
    pub(super) async fn context_at(&self, position: u64) -> Result<Context, StoreError> {
        let mut context = Context::default();
        self.context_acts(0, position).await?.iter().for_each(|act| context.apply(act));
        Ok(context)
    }

    /// The acts of the context after a position and up to another, in order.
    pub(super) async fn context_acts(
        &self,
        after: u64,
        position: u64,
    ) -> Result<Vec<Recorded>, StoreError> {
        let mut acts = Vec::new();
        for prefix in CONTEXT_STREAMS {
            acts.extend(self.acts_of(prefix, position).await?);
        }
        acts.retain(|act| act.place.position > after && Context::reads(act));
        acts.sort_by_key(|act| act.place.position);
        Ok(acts)
    }

    /// The positions that an operator let a projection pass over.
    pub(super) async fn skipped(&self, projection: &str) -> Result<BTreeSet<u64>, StoreError> {
        let acts = self.acts_of("policy/", u64::MAX >> 1).await?;
        let skipped = acts.iter().filter_map(|act| match &act.event {
            Event::ProjectionEventSkipped(skip) if skip.projection.as_str() == projection => {
                Some(skip.position.0)
            }
            _ => None,
        });
        Ok(skipped.collect())
    }

    /// The acts of all streams of a prefix. One that cannot be read is left out: the projection
    /// that meets it in its page stops there.
    async fn acts_of(&self, prefix: &str, position: u64) -> Result<Vec<Recorded>, StoreError> {
        let (mut acts, mut after) = (Vec::new(), String::new());
        loop {
            let streams = self.store.streams(prefix, &after, position, PAGE).await?;
            let Some((last, _)) = streams.last() else { return Ok(acts) };
            after.clone_from(last);
            acts.extend(streams.iter().flat_map(|(_, held)| held).filter_map(|a| a.read().ok()));
        }
    }
}

pub(super) fn reading(stored: &Stored) -> Reading {
    let act = Recorded::read(&stored.envelope)
        .map_err(|refusal| format!("the act cannot be read: {refusal}"));
    Reading { position: stored.position, act }
}
