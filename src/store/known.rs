//! Where the chronicle ends as far as this process knows, and telling those who wait for more.

use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use super::Head;

/// The furthest end that was seen.
#[derive(Debug)]
pub(super) struct Known {
    head: Mutex<Head>,
    told: watch::Sender<u64>,
}

impl Known {
    pub(super) fn new(head: Head) -> Self {
        Self { head: Mutex::new(head), told: watch::Sender::new(head.position) }
    }

    /// Takes in an end that was committed or read; what is known never goes back.
    pub(super) fn tell(&self, head: Head) {
        let mut known = self.head.lock().unwrap_or_else(PoisonError::into_inner);
        if head.position > known.position {
            *known = head;
            self.told.send_replace(head.position);
        }
    }

    /// The end that is known.
    pub(super) fn head(&self) -> Head {
        *self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears of each new last position.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }
}
