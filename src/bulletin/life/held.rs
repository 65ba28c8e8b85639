//! 通報的存取: bulletins as the chronicle holds them, folded from their streams.

use tongjian_events::StreamId;

use super::Bulletin;
use crate::store::{Store, StoreError};

/// A position past every act.
pub(super) const EVERY: u64 = 1 << 62;
/// How many acts are read at a time.
pub(super) const PAGE: u32 = 1_000;

/// 通報: a bulletin as the chronicle holds it now.
///
/// # Errors
/// [`StoreError`].
pub async fn load(store: &Store, stream: &StreamId) -> Result<Bulletin, StoreError> {
    followed(store, stream, |_| {}).await
}

/// 通報歷次狀態: the bulletin after each act of its stream, the last as it is now.
///
/// # Errors
/// [`StoreError`].
pub async fn states(store: &Store, stream: &StreamId) -> Result<Vec<Bulletin>, StoreError> {
    let mut states = Vec::new();
    followed(store, stream, |bulletin| states.push(bulletin.clone())).await?;
    Ok(states)
}

async fn followed(
    store: &Store,
    stream: &StreamId,
    mut after_each: impl FnMut(&Bulletin),
) -> Result<Bulletin, StoreError> {
    let mut bulletin = Bulletin::new(stream.clone());
    loop {
        let acts = store.stream(stream, bulletin.version, PAGE).await?;
        for act in &acts {
            bulletin.apply(&act.read()?);
            after_each(&bulletin);
        }
        if acts.len() < PAGE as usize {
            return Ok(bulletin);
        }
    }
}

/// Every bulletin, in the order of their streams' names.
///
/// # Errors
/// [`StoreError`].
pub async fn all(store: &Store) -> Result<Vec<Bulletin>, StoreError> {
    page(store, "", usize::MAX, |_| true).await
}

/// The bulletins that are wanted whose streams' names come after one, at most `limit`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    after: &str,
    limit: usize,
    wanted: impl Fn(&Bulletin) -> bool,
) -> Result<Vec<Bulletin>, StoreError> {
    let (mut after, mut found) = (after.to_owned(), Vec::new());
    while found.len() < limit {
        let page = store.streams("bulletin/", &after, EVERY, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        for (name, acts) in page {
            let Ok(stream) = name.parse() else { continue };
            let mut bulletin = Bulletin::new(stream);
            for act in acts {
                bulletin.apply(&act.read()?);
            }
            if wanted(&bulletin) {
                found.push(bulletin);
            }
        }
    }
    found.truncate(limit);
    Ok(found)
}
