//! 值日: which of several processes does what needs to be done once. On SQLite there is one
//! process, and it does everything.

use std::time::Duration;

use tokio::time::timeout;

use super::{Store, StoreError};

/// How long a lease lasts that is held on to while work goes on.
pub(crate) const LASTS: Duration = Duration::from_secs(10);
/// How often one holds on to it.
pub(crate) const HELD_EVERY: Duration = Duration::from_secs(3);

impl Store {
    /// Takes a lease that nobody holds, or holds on to one's own; `false` while another holds it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn take_lease(&self, name: &str, lasts: Duration) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(_) => Ok(true),
            Self::Postgres(store) => Ok(store.take_lease(name, lasts).await?.is_some()),
        }
    }

    /// Lets another take a lease at once. Where that fails it ends by itself.
    pub(crate) async fn give_lease_back(&self, name: &str) {
        let given = match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(store) => store.give_lease_back(name).await,
        };
        if let Err(error) = given {
            tracing::debug!(name, %error, "a lease was not given back; it ends by itself");
        }
    }

    /// Does a work, and holds on to leases meanwhile. One that is lost does not end the work.
    pub(crate) async fn holding<T>(&self, names: &[String], work: impl Future<Output = T>) -> T {
        let mut work = Box::pin(work);
        loop {
            if let Ok(done) = timeout(HELD_EVERY, &mut work).await {
                return done;
            }
            for name in names {
                match self.take_lease(name, LASTS).await {
                    Ok(true) => {}
                    Ok(false) => tracing::warn!(name, "another process took over a lease"),
                    Err(error) => tracing::warn!(name, %error, "a lease could not be held on to"),
                }
            }
        }
    }
}
