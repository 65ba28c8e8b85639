//! 模擬: an invented city's history, the same for the same seed, to the byte. It writes through
//! the same door as everybody else. Counties bear the real names of Nantong in 2008; townships,
//! villages, staff and applicants are invented.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use chrono::{DateTime, Days, NaiveDate, Utc};
use futures_util::future::join_all;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use tongjian_events::{Act, Refusal, calendar};
use tongjian_projections::calendar::{Calendar, CalendarError, FIRST_DAY, LAST_DAY, NoticeView};
use uuid::Uuid;

use crate::first_start::{self, FirstStartError};
use crate::store::{AppendError, Command, Expected, Store, StoreError};

mod city;
mod daily;
mod faults;
mod offices;
mod place;
mod setup;
mod story;
mod truth;
mod writer;

use city::City;
pub use truth::{Planted, Truth, as_of};
use writer::Writer;

/// How many acts are handed to the chronicle at once; fewer than may wait there.
const AT_ONCE: usize = 512;

/// 計劃: which city, and when.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The seed; the same seed gives the same acts.
    pub seed: u64,
    /// How many sites the city has, the municipal centre among them.
    pub sites: u32,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Cases that a site takes in a hundred working days, before rushes.
    pub cases_per_hundred_days: u32,
    /// How many times the realistic rate of faults; 1 in use, more in tests.
    pub faults_times: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 2008,
            sites: 60,
            from: NaiveDate::from_ymd_opt(2008, 3, 3).unwrap_or_default(),
            to: NaiveDate::from_ymd_opt(2008, 8, 31).unwrap_or_default(),
            cases_per_hundred_days: 150,
            faults_times: 1,
        }
    }
}

/// Why a city cannot be simulated.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The plan asks for something impossible.
    #[error("the plan is impossible: {rule}")]
    Plan {
        /// Which rule it breaks.
        rule: String,
    },
    /// An invented act breaks a rule; a fault of this code.
    #[error("an invented act was refused")]
    Act(#[from] Refusal),
    /// The days lead out of the calendar.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The first acts could not be made.
    #[error(transparent)]
    FirstStart(#[from] FirstStartError),
    /// The chronicle did not take an act.
    #[error("the chronicle did not take an act")]
    Append(#[from] AppendError),
    /// The chronicle cannot be read.
    #[error("the chronicle cannot be read")]
    Store(#[from] StoreError),
    /// The chronicle holds something else than the beginning of this history.
    #[error(
        "the chronicle holds other acts: `{event}` of `{stream}` stands at position {position}, \
         where this history has another; simulate into a chronicle of its own, or with the seed, \
         sites, days and cases that this one was begun with"
    )]
    OtherChronicle {
        /// The first position that differs.
        position: u64,
        /// What stands there.
        event: String,
        /// In which stream.
        stream: String,
    },
}

/// One act, and when the chronicle receives it.
#[derive(Debug)]
pub struct Arrival {
    /// When it is received.
    pub received_at: DateTime<Utc>,
    /// The act.
    pub act: Act,
}

/// 合計: what was simulated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Acts that are new in the chronicle.
    pub acts: u64,
    /// Cases begun.
    pub cases: u64,
    /// Sites.
    pub sites: u64,
    /// Cases that were told with a fault of their own.
    pub faulty: u64,
    /// The faults planted that show by the end.
    pub planted: Vec<Planted>,
}

/// The history as it arrives, day by day. What happens later waits in a heap; memory follows the
/// open cases, not the whole.
#[derive(Debug)]
pub struct History {
    city: City,
    writer: Writer,
    rng: ChaCha8Rng,
    today: NaiveDate,
    until: NaiveDate,
    waiting: BinaryHeap<Reverse<Waiting>>,
    due: VecDeque<Arrival>,
    order: u64,
    /// Where the acts stand that have arrived.
    positions: BTreeMap<Uuid, u64>,
}

#[derive(Debug)]
struct Waiting {
    at: DateTime<Utc>,
    order: u64,
    act: Box<Act>,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl History {
    /// The history of a plan, from its first day.
    ///
    /// # Errors
    /// [`SimulateError`] when the plan is impossible.
    pub fn new(plan: &Plan) -> Result<Self, SimulateError> {
        check(plan)?;
        let notices = calendar::shipped_notices()?;
        let rule = tongjian_events::calendar::WorkingDayRule::StateCouncil;
        let working = Calendar::build(rule, notices.iter().filter_map(NoticeView::of));
        let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
        let city = City::new(plan, working, &mut rng)?;
        let mut history = Self {
            city,
            writer: Writer::new(),
            rng,
            today: plan.from,
            until: plan.to,
            waiting: BinaryHeap::new(),
            due: VecDeque::new(),
            order: 0,
            positions: BTreeMap::new(),
        };
        let end = writer::instant(plan.to, 24 * 60)?;
        for act in first_start::acts(end)? {
            let at = act.submission().occurred_at.to_utc();
            history.wait(at.max(writer::instant(plan.from, 0)?), act);
        }
        setup::write(&history.city, &mut history.writer, &mut history.rng)?;
        history.collect();
        Ok(history)
    }

    /// What was planted and begun so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            acts: 0,
            cases: self.writer.cases,
            sites: self.city.sites.len() as u64,
            faulty: self.writer.faulty,
            planted: self.planted(),
        }
    }

    /// The faults planted that show when the plan is over, as it stands now.
    fn planted(&self) -> Vec<Planted> {
        let mut planted = self.writer.planted.clone();
        for (number, place) in &self.writer.places {
            let site = self.city.sites.get(*number as usize - 1);
            for (rule, arises_on, acts) in place.shown() {
                let object = site.map_or_else(String::new, |site| format!("site/{}", site.code));
                planted.push(Planted::of(rule, object, arises_on, acts));
            }
        }
        for (number, arises_on, acts) in place::beyond_others(&self.writer.places) {
            let site = self.city.sites.get(number as usize - 1);
            let object = site.map_or_else(String::new, |site| format!("site/{}", site.code));
            planted.push(Planted::of("more_than_other_units", object, arises_on, acts));
        }
        let end = self.until.checked_add_days(Days::new(1)).unwrap_or(self.until);
        if let Ok(moment) = writer::instant(end, 0) {
            planted.retain(|planted| planted.shows(end, moment));
        }
        let placed = planted.into_iter().map(|planted| planted.placed(&self.positions));
        let mut placed: Vec<_> = placed.collect();
        placed.sort();
        placed
    }

    /// The share of the days that is done, in thousandths.
    #[must_use]
    pub fn progress(&self) -> u64 {
        let whole = (self.until - self.city.from).num_days().max(1);
        u64::try_from((self.today - self.city.from).num_days() * 1_000 / whole).unwrap_or(1_000)
    }

    /// The next acts in order of arrival; empty when the history is over.
    ///
    /// # Errors
    /// [`SimulateError`].
    pub fn next_acts(&mut self, limit: usize) -> Result<Vec<Arrival>, SimulateError> {
        while self.due.len() < limit && self.today <= self.until {
            daily::day(&self.city, self.today, &mut self.writer, &mut self.rng)?;
            offices::day(&self.city, self.today, &mut self.writer, &mut self.rng)?;
            self.collect();
            self.today = self.today.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
            let now = writer::instant(self.today, 0)?;
            while let Some(Reverse(next)) = self.waiting.pop() {
                if next.at >= now {
                    self.waiting.push(Reverse(next));
                    break;
                }
                let position = self.positions.len() as u64 + 1;
                self.positions.insert(next.act.submission().id, position);
                self.due.push_back(Arrival { received_at: next.at, act: *next.act });
            }
        }
        let count = limit.min(self.due.len());
        Ok(self.due.drain(..count).collect())
    }

    fn collect(&mut self) {
        for (at, act) in std::mem::take(&mut self.writer.written) {
            self.wait(at, act);
        }
    }

    fn wait(&mut self, at: DateTime<Utc>, act: Act) {
        self.order += 1;
        self.waiting.push(Reverse(Waiting { at, order: self.order, act: Box::new(act) }));
    }
}

/// Whether a plan is possible and over by `now`.
///
/// # Errors
/// [`SimulateError::Plan`] with the rule it breaks.
pub fn check_before(plan: &Plan, now: DateTime<Utc>) -> Result<(), SimulateError> {
    check(plan)?;
    if writer::instant(plan.to, 24 * 60)? > now {
        let rule = format!("it ends on {}, which is not over yet", plan.to);
        return Err(SimulateError::Plan { rule });
    }
    Ok(())
}

fn check(plan: &Plan) -> Result<(), SimulateError> {
    let refuse = |rule: String| Err(SimulateError::Plan { rule });
    if plan.to < plan.from {
        return refuse(format!("it ends on {}, before it begins on {}", plan.to, plan.from));
    }
    if plan.from < FIRST_DAY || plan.to > LAST_DAY {
        return refuse(format!("the calendar runs from {FIRST_DAY} to {LAST_DAY}"));
    }
    if !(1..=20_000).contains(&plan.sites) {
        return refuse(format!("{} sites; 1 to 20,000 can be simulated", plan.sites));
    }
    if plan.cases_per_hundred_days > 100_000 {
        return refuse(format!("{} cases; at most 100,000", plan.cases_per_hundred_days));
    }
    Ok(())
}

/// Simulates a city into the chronicle; `progress` is told how many days of how many are done.
///
/// The chronicle must be empty, or begin with this very history: then only what is missing at its
/// end is appended. So the same order twice changes nothing, and one that broke off goes on.
/// `now` is the time of day: a history that reaches past it is refused before anything is written.
///
/// # Errors
/// [`SimulateError`]; what was appended before stays.
pub async fn run(
    store: &Store,
    plan: &Plan,
    now: DateTime<Utc>,
    mut progress: impl FnMut(u64, u64),
) -> Result<Summary, SimulateError> {
    check_before(plan, now)?;
    let mut history = History::new(plan)?;
    let head = store.head().await?.position;
    let (mut passed, mut appended) = (0, 0);
    loop {
        let mut acts = history.next_acts(AT_ONCE)?;
        if acts.is_empty() {
            return Ok(Summary { acts: appended, ..history.summary() });
        }
        if passed < head {
            let held = compare(store, passed, &acts).await?;
            passed += held as u64;
            acts.drain(..held);
        }
        for answer in join_all(acts.into_iter().map(|arrival| append(store, arrival))).await {
            appended += answer?;
        }
        progress(history.progress(), 1_000);
    }
}

/// How many of these acts the chronicle holds after a position, each where it belongs.
async fn compare(store: &Store, after: u64, acts: &[Arrival]) -> Result<usize, SimulateError> {
    let held = store.after(after, u32::try_from(acts.len()).unwrap_or(u32::MAX)).await?;
    for (stored, arrival) in held.iter().zip(acts) {
        let act = stored.read()?;
        if act.place.recorded_at != arrival.received_at || !act.says_the_same_as(&arrival.act) {
            return Err(SimulateError::OtherChronicle {
                position: stored.position,
                event: act.submission.event,
                stream: act.submission.stream.to_string(),
            });
        }
    }
    Ok(held.len())
}

/// Appends one act; 1 where it is new.
async fn append(store: &Store, arrival: Arrival) -> Result<u64, AppendError> {
    loop {
        let command = Command {
            stream: arrival.act.submission().stream.clone(),
            expected: Expected::Any,
            acts: vec![arrival.act.clone()],
            received_at: arrival.received_at,
        };
        match store.append(command).await {
            Ok(answers) => return Ok(answers.iter().filter(|at| !at.repeated).count() as u64),
            Err(AppendError::Busy) => tokio::task::yield_now().await,
            Err(error) => return Err(error),
        }
    }
}
