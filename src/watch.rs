//! 值守: what falls due by itself is appended when it is due: acceptance by silence, reminders,
//! cards, slips, drafts of bulletins. A look takes no input but the time; it is a function of what
//! the read tables tell to acts with ids of their own. Each says how many acts its stream must
//! hold, so that several replicas may look at once and a restart repeats nothing. After a downtime
//! everything that fell due meanwhile is appended, with the moment at which it fell due.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tongjian_events::{Act, CATALOG, Refusal, StreamId};

use crate::bulletin::contents::Contents;
use crate::bulletin::life::LifeError;
use crate::bulletin::schedule::{self, Seen};
use crate::engine;
use crate::runner::{Behind, REGISTRY, Runner};
use crate::store::read_tables::{StoredDuty, holds_duties};
use crate::store::{AppendError, Command, Expected, Store, StoreError};

/// Why a look ended early. What it appended stays, and the next one goes on.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The chronicle cannot be read.
    #[error("the chronicle cannot be read")]
    Store(#[from] StoreError),
    /// A duty is wrong in itself.
    #[error("a duty of `{stream}` was refused")]
    Duty {
        /// The stream it was to be appended to.
        stream: String,
        /// The rule that it breaks.
        #[source]
        refusal: Refusal,
    },
    /// The chronicle did not take an act.
    #[error("the chronicle did not take an act of the engine")]
    Append(#[from] AppendError),
    /// The read tables have not come up to the chronicle.
    #[error("the read tables are behind")]
    Behind(#[from] Behind),
    /// A bulletin could not be drafted.
    #[error("a bulletin could not be drafted")]
    Bulletin(#[from] LifeError),
}

/// What the watch is called among the leases.
const LEASE: &str = "watch";
/// How long a watchman keeps the watch after he looked. One who is no more is relieved after that.
const WATCH: Duration = Duration::from_secs(60);
/// How long the read tables may take to come up to what was appended: of a large chronicle that
/// nobody judged yet it is minutes.
const COMES_UP: Duration = Duration::from_secs(600);
/// What falls due by what fell due is appended within one look as often as this.
const ROUNDS: u32 = 10_000;
/// How many duties are taken at a time.
const AT_A_TIME: u32 = 1_000;

/// Whether it is this process that watches: of several on one chronicle one looks. Were it two,
/// nothing would be appended twice.
///
/// # Errors
/// [`WatchError`].
pub async fn on_duty(store: &Store) -> Result<bool, WatchError> {
    Ok(store.take_lease(LEASE, WATCH).await?)
}

/// Gives the watch back, if this process has it: another takes it at his next look.
pub async fn off_duty(store: &Store) {
    store.give_lease_back(LEASE).await;
}

/// Appends what fell due by `now`, and what fell due by that in turn, until nothing is due. Returns
/// how many acts were new. What a docket asks for waits until all that fell due before it
/// stands in the chronicle: the last places of May are given by the cards of May, however late.
///
/// # Errors
/// [`WatchError`].
pub async fn look(store: &Store, runner: &Runner, now: DateTime<Utc>) -> Result<u64, WatchError> {
    let mut new = 0;
    for _ in 0..ROUNDS {
        runner.wait_for(store.head().await?.position, COMES_UP).await?;
        let due = store.due(&views(), now, AT_A_TIME).await?;
        let (mut appended, mut first) = (0, None);
        for duty in due {
            if duty.of_docket && first.is_some_and(|first| first < duty.due_at) {
                break;
            }
            let one = append(store, &duty, now).await?;
            first = first.or((one > 0).then_some(duty.due_at));
            appended += one;
        }
        if appended == 0 {
            return Ok(new);
        }
        new += appended;
    }
    tracing::warn!(new, "much fell due in turn; the next look goes on");
    Ok(new)
}

/// 到期起草: drafts the bulletins that fell due by `now`. Returns how many drafts are new.
///
/// # Errors
/// [`WatchError`].
pub async fn draft(
    store: &Store,
    runner: &Runner,
    contents: &Contents,
    seen: &mut Seen,
    now: DateTime<Utc>,
) -> Result<u64, WatchError> {
    runner.wait_for(store.head().await?.position, COMES_UP).await?;
    Ok(schedule::draft_due(store, contents, seen, now).await?)
}

/// The tables of duties.
fn views() -> Vec<&'static str> {
    let tables = REGISTRY.iter().flat_map(|projection| projection.tables);
    let tables = tables.chain(tongjian_projections::supervision::TABLES);
    tables.filter(|table| holds_duties(table)).map(|table| table.name).collect()
}

/// Appends one duty; 0 where another was faster, or its stream has moved on.
async fn append(store: &Store, duty: &StoredDuty, now: DateTime<Utc>) -> Result<u64, WatchError> {
    let act = act(duty, now)
        .map_err(|refusal| WatchError::Duty { stream: duty.stream.clone(), refusal })?;
    let stream = act.submission().stream.clone();
    let expected = match duty.after {
        0 => Expected::New,
        held => Expected::Exact(held),
    };
    let command = Command { stream, expected, acts: vec![act], received_at: now };
    match store.append(command).await {
        Ok(places) => Ok(places.iter().filter(|place| !place.repeated).count() as u64),
        // Each look sees it anew as long as it is due.
        Err(AppendError::Refused(
            Refusal::VersionConflict { .. } | Refusal::RecordedWithDifferentBody { .. },
        )) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// The act of a duty. Its id follows from where it stands and when it fell due.
fn act(duty: &StoredDuty, now: DateTime<Utc>) -> Result<Act, Refusal> {
    let malformed = |rule: String| Refusal::Malformed { rule };
    let stream: StreamId = duty.stream.parse().map_err(malformed)?;
    let row = CATALOG.iter().find(|row| row.wire_name() == duty.event);
    let row = row.ok_or_else(|| Refusal::EventUnknown { event: duty.event.clone() })?;
    let event = row.decode(row.version, &duty.body)?;
    let due_at = duty.due_at.with_timezone(&chrono_tz::Asia::Shanghai).fixed_offset();
    let shanghai = now.with_timezone(&chrono_tz::Asia::Shanghai).fixed_offset();
    let at = if duty.by_law { due_at } else { shanghai };
    engine::due(stream, duty.after, &event, &due_at, at)
}
