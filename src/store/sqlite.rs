//! The chronicle in one SQLite file.

use std::path::Path;

use tokio::sync::watch;
use tongjian_events::StreamId;

use super::{AppendError, Appended, Command, Head, StoreError, Stored};

/// The chronicle in one SQLite file: one writer connection, read-only connections beside it.
#[derive(Debug, Clone)]
pub struct Sqlite {
    head: watch::Sender<u64>,
}

macro_rules! pending {
    () => {
        Err(StoreError::Stopped { reason: "being written".into() })
    };
}

impl Sqlite {
    pub(super) async fn open(_path: &Path) -> Result<Self, StoreError> {
        pending!()
    }
    pub(super) async fn append(&self, _command: Command) -> Result<Vec<Appended>, AppendError> {
        Err(AppendError::Busy)
    }
    pub(super) async fn after(&self, _p: u64, _l: u32) -> Result<Vec<Stored>, StoreError> {
        pending!()
    }
    pub(super) async fn stream(
        &self,
        _s: &StreamId,
        _a: u64,
        _l: u32,
    ) -> Result<Vec<Stored>, StoreError> {
        pending!()
    }
    pub(super) async fn streams(
        &self,
        _x: &str,
        _a: &str,
        _p: u64,
        _l: u32,
    ) -> Result<Vec<(String, Vec<Stored>)>, StoreError> {
        pending!()
    }
    pub(super) async fn head(&self) -> Result<Head, StoreError> {
        pending!()
    }
    pub(super) fn head_changes(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }
}
