//! 發布: figures taken again after each batch, as often as their cost allows; what is scraped
//! costs nothing. Until the tables have reached the chronicle as it stood when the process began,
//! nothing is told: half a replay would look like events.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::NaiveDate;
use chrono_tz::Asia::Shanghai;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::Gauges;
use super::text::rendered;
use crate::cases::context_at;
use crate::clock::Clock;
use crate::store::{Store, StoreError};

/// How long the figures are left at least.
const LEAST: Duration = Duration::from_secs(2);

/// Taking figures may cost one part in so many of the time.
const SHARE: u32 = 20;

/// How soon it is tried again while tables are ahead of each other.
const AGAIN: Duration = Duration::from_millis(250);

/// After how long they are taken again though nothing has moved: how old they are says whether
/// anybody still takes them.
const OLDEST: Duration = Duration::from_secs(60);

/// How often it is looked whether another process has written, or a day has ended.
const LOOKS: Duration = Duration::from_secs(5);

/// 已發布: figures with their text.
#[derive(Debug)]
pub struct Published {
    /// The figures.
    pub gauges: Gauges,
    /// Their text.
    pub text: String,
    /// When they were taken.
    pub at: Instant,
    /// What taking them cost.
    pub took: Duration,
    /// What writing them cost.
    pub rendering: Duration,
}

/// The figures that are told at the moment. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Board(Arc<RwLock<Option<Arc<Published>>>>);

impl Board {
    /// What is told; nothing before the tables have caught up.
    #[must_use]
    pub fn read(&self) -> Option<Arc<Published>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, published: Published) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *held = Some(Arc::new(published));
    }
}

/// Publishes until it is asked to stop. A failure is told and tried again; what was told before
/// goes on to be told, with its own position.
pub async fn publish(store: Store, clock: Clock, board: Board, mut asked: watch::Receiver<bool>) {
    let mut begun = None;
    while !*asked.borrow_and_update() {
        let round = async {
            if begun.is_none() {
                begun = store.head().await.map(|head| head.position).ok();
            }
            let wait = match begun {
                Some(begun) => round(&store, clock, &board, begun).await,
                None => Ok(LOOKS),
            };
            sleep(wait.unwrap_or_else(|error| {
                tracing::warn!(error = error.with_cause(), "the figures could not be taken");
                LOOKS
            }))
            .await;
        };
        tokio::select! {
            () = round => {}
            _ = asked.changed() => return,
        }
    }
}

/// Takes the figures where something has moved; answers after how long to look again.
async fn round(
    store: &Store,
    clock: Clock,
    board: &Board,
    begun: u64,
) -> Result<Duration, StoreError> {
    let head = store.head().await?.position;
    let day = clock.now().with_timezone(&Shanghai).date_naive();
    let stands = |told: &Published| {
        told.gauges.position == head && told.gauges.day == day && told.at.elapsed() < OLDEST
    };
    if board.read().is_some_and(|told| stands(&told)) {
        let mut heads = store.head_changes();
        let moved = heads.wait_for(|now| *now > head);
        let _ = tokio::time::timeout(LOOKS, moved).await;
        return Ok(Duration::ZERO);
    }
    let Some(published) = taken(store, day, begun).await? else { return Ok(AGAIN) };
    let cost = published.took + published.rendering;
    board.put(published);
    Ok(LEAST.max(cost * SHARE))
}

async fn taken(store: &Store, day: NaiveDate, begun: u64) -> Result<Option<Published>, StoreError> {
    let start = Instant::now();
    let Some(mut snapshot) = store.snapshot().await? else { return Ok(None) };
    if snapshot.position() < begun {
        snapshot.close().await?;
        return Ok(None);
    }
    let context = context_at(store, snapshot.position()).await;
    let gauges = match context {
        Ok(context) => {
            // By the machine's clock: it says how old they are, not which day they judge.
            Gauges::take((store, &mut snapshot), &context, day, Clock::default().now()).await
        }
        Err(error) => Err(error),
    };
    snapshot.close().await?;
    let gauges = gauges?;
    let took = start.elapsed();
    let text = rendered(&gauges).map_err(|error| StoreError::ReadTables {
        finding: format!("the metrics cannot be written: {error}"),
    })?;
    let rendering = start.elapsed().saturating_sub(took);
    Ok(Some(Published { gauges, text, at: start, took, rendering }))
}
