//! 在用的接入表: what is granted, as a running service sees it.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::Grants;
use crate::store::{Store, StoreError};

/// A table older than this is looked at again: another process may have granted or revoked.
const STALE: Duration = Duration::from_secs(1);

/// The table as the service uses it: caught up whenever the chronicle has grown.
#[derive(Debug)]
pub struct Table {
    store: Store,
    current: RwLock<Arc<Seen>>,
    refreshing: Mutex<()>,
}

#[derive(Debug)]
struct Seen {
    grants: Arc<Grants>,
    head: u64,
    at: Instant,
}

impl Table {
    /// The table of this chronicle.
    ///
    /// # Errors
    /// [`StoreError`] when the grants cannot be read.
    pub async fn open(store: &Store) -> Result<Self, StoreError> {
        let head = *store.head_changes().borrow();
        let grants = Arc::new(Grants::of(store).await?);
        let seen = Seen { grants, head, at: Instant::now() };
        Ok(Self {
            store: store.clone(),
            current: RwLock::new(Arc::new(seen)),
            refreshing: Mutex::new(()),
        })
    }

    fn seen(&self) -> Arc<Seen> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_fresh(&self, seen: &Seen) -> bool {
        seen.head >= *self.store.head_changes().borrow() && seen.at.elapsed() < STALE
    }

    /// What is granted, with every act of this process.
    ///
    /// # Errors
    /// [`StoreError`] when the table had to be caught up and could not.
    pub async fn grants(&self) -> Result<Arc<Grants>, StoreError> {
        let mut seen = self.seen();
        if !self.is_fresh(&seen) {
            // One request reads for all that wait here.
            let _one = self.refreshing.lock().await;
            seen = self.seen();
            if !self.is_fresh(&seen) {
                let head = *self.store.head_changes().borrow();
                let mut grants = Grants::clone(&seen.grants);
                grants.catch_up(&self.store).await?;
                seen = Arc::new(Seen { grants: Arc::new(grants), head, at: Instant::now() });
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&seen);
            }
        }
        Ok(Arc::clone(&seen.grants))
    }
}
