//! The connections that read. All of them live on the runtime that opened the chronicle, whoever
//! asks: a connection belongs to the runtime that opened it, stands still while that one is busy
//! and ends with it, and each thread of the server that answers has a runtime of its own.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::runtime::Handle;

use super::failed;
use crate::store::StoreError;

/// How many connections read beside the writer.
const CONNECTIONS: u32 = 8;
/// How long one waits for one of them; then the chronicle cannot answer.
const WITHIN: Duration = Duration::from_secs(5);

/// The reading connections and where they live.
#[derive(Debug)]
pub(super) struct Readers {
    pool: PgPool,
    home: Handle,
}

impl Readers {
    /// Their home is the runtime that this is called on.
    pub(super) async fn open(options: PgConnectOptions) -> Result<Self, StoreError> {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(WITHIN)
            .connect_with(options)
            .await
            .map_err(failed("open the chronicle for reading"))?;
        Ok(Self { pool, home: Handle::current() })
    }

    /// Reads at home. Whoever does not wait for it any more does not break it off.
    pub(super) async fn read<T, R>(
        &self,
        reading: impl FnOnce(PgPool) -> R,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        R: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let reading = reading(self.pool.clone());
        if Handle::current().id() == self.home.id() {
            return reading.await;
        }
        let ended = || StoreError::Stopped { reason: "the reading was broken off".into() };
        self.home.spawn(reading).await.map_err(|_| ended())?
    }

    /// The connections, for what runs at home.
    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}
