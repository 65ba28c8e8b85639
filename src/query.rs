//! 查閱: questions to the chronicle: a case, its timeline, the cases of a site. Each is answered as
//! of a day and as known at a position, and says which. Nothing here writes.

use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use tongjian_events::{Recorded, StreamId, StreamKind, instant};
use tongjian_projections::deadlines::Deadlines;
use tongjian_projections::matter::Matter;
use tongjian_projections::view::MatterView;
use tongjian_projections::{Context, Projection as _, supervision};

use self::share::{Judged, Share};
use crate::access::{Grant, hex};
use crate::clock::Clock;
use crate::engine::digest;
use crate::runner::{REGISTRY, Runner};
use crate::store::{Store, StoreError};

mod candidates;
mod contexts;
mod listing;
mod share;
mod timeline;
mod walk;

pub use contexts::{Contexts, Under};
pub use listing::{Filter, Listed, ListedClock, Listing};
pub use share::Shown;
pub use timeline::{Correction, Line, Procedure, Reading};
pub use walk::Cursor;

const PAGE: u32 = 1_000;
/// Up to so many clocks are looked up by themselves; beyond, matching cases lie close together.
const FEW: usize = 2_000;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The chronicle cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There was no such case at that position, or nothing of it had happened by that day.
    #[error("there is no case `{name}` up to position {position} and the day asked for")]
    NoSuchCase {
        /// Its name.
        name: String,
        /// The position asked about.
        position: u64,
    },
    /// Nothing of the case is the reader's, which is told in the same words.
    #[error("there is no case `{name}` up to position {position} and the day asked for")]
    NotCovered {
        /// Its name.
        name: String,
        /// The position asked about.
        position: u64,
    },
    /// The cursor is of another walk than what is asked for.
    #[error("cursor: {rule}")]
    OtherWalk {
        /// How they differ.
        rule: String,
    },
    /// The position lies past the end of the chronicle.
    #[error("known_at: {asked} lies past the last position {head}")]
    PastTheEnd {
        /// The position asked about.
        asked: u64,
        /// The last one.
        head: u64,
    },
}

/// 所知: up to where the chronicle is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownAt {
    /// A position.
    Position(u64),
    /// A time of entry.
    Instant(DateTime<Utc>),
}

impl FromStr for KnownAt {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(position));
        }
        // A `+` in an address is a space to whoever reads a query as a form.
        let text = text.replacen(' ', "+", 1);
        instant::parse(&text).map(|at| Self::Instant(at.to_utc()))
    }
}

/// 兩個時間: as of which day, and as known when.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moment {
    /// The day; today where none is given.
    pub as_of: Option<NaiveDate>,
    /// Up to where; the end of the chronicle where none is given.
    pub known_at: Option<KnownAt>,
}

/// 案卷: what is known of one case, as far as its reader is shown it.
#[derive(Debug)]
pub struct CaseFile {
    /// Its stream.
    pub stream: StreamId,
    /// Its acts up to the position, in order of position.
    pub acts: Vec<Recorded>,
    /// The same, as the clocks read them.
    pub matter: Matter,
    /// Those of the case that the judgement is of.
    pub case: Matter,
    /// The calendar and rules it is judged under.
    pub under: Under,
    /// The position of the answer.
    pub position: u64,
    /// The judgement on the day.
    pub view: MatterView,
    /// That of further cases under the same number.
    pub others: Vec<MatterView>,
    /// How much it holds.
    pub shown: Shown,
}

impl CaseFile {
    /// Changes when the answer may: with the case, with the calendar and rules, with the day.
    #[must_use]
    pub fn tag(&self) -> String {
        let last = self.acts.last().map_or(0, |act| act.place.position);
        // What counts in a judgement may not be among the acts that are shown.
        let judged = serde_json::to_vec(&(&self.view, &self.others)).unwrap_or_default();
        let judged = hex(digest(&[&judged]).get(..8).unwrap_or_default());
        let shown = self.shown.as_str();
        format!("{last}.{}.{}.{shown}.{judged}", self.under.position, self.view.as_of)
    }

    /// The calendar and rules.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.under.context
    }
}

/// The chronicle, to be asked.
#[derive(Debug)]
pub struct Queries {
    store: Store,
    clock: Clock,
    contexts: Contexts,
    runner: Option<Runner>,
    few: usize,
    /// Whether every read table was seen.
    made: AtomicBool,
}

impl Queries {
    /// Questions to this chronicle. Without a runner lists are read from the chronicle itself.
    #[must_use]
    pub fn new(store: Store, clock: Clock, runner: Option<Runner>) -> Self {
        let (contexts, made) = (Contexts::new(store.clone()), AtomicBool::new(false));
        Self { contexts, store, clock, runner, few: FEW, made }
    }

    /// The same, going through the names of cases in their order wherever a filter may take more
    /// than so many clocks. Both ways find the same.
    #[must_use]
    pub const fn few(mut self, few: usize) -> Self {
        self.few = few;
        self
    }

    /// The position of the read tables that lists are made from, once they are made.
    fn tables(&self) -> Option<u64> {
        let told = self.runner.as_ref()?.follow(Deadlines::NAME)?;
        let position = told.borrow().position;
        (position > 0).then_some(position)
    }

    /// Whether every projection has read tables that are served. They are made one by one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tables_are_made(&self) -> Result<bool, StoreError> {
        if self.made.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let tables = REGISTRY.iter().filter_map(|projection| projection.tables.first());
        for table in tables.chain(supervision::TABLES.first()) {
            if self.store.tables_position(table.name).await?.is_none() {
                return Ok(false);
            }
        }
        self.made.store(true, Ordering::Relaxed);
        Ok(true)
    }

    /// The calendar and rules at a position.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn under(&self, position: u64) -> Result<Under, StoreError> {
        self.contexts.at(position).await
    }

    /// Acts of these kinds were appended here: the calendar or the rules may be others now.
    pub fn appended(&self, kind: StreamKind) {
        if matches!(kind, StreamKind::Calendar | StreamKind::Policy) {
            self.contexts.outdated();
        }
    }

    /// One case, as far as the grant's share in it goes.
    ///
    /// # Errors
    /// [`QueryError`].
    pub async fn case(
        &self,
        stream: StreamId,
        moment: Moment,
        grant: &Grant,
    ) -> Result<CaseFile, QueryError> {
        let position = self.position_of(moment.known_at).await?;
        let acts = self.acts_of(&stream).await?;
        self.judged(stream, acts, position, moment.as_of, grant).await
    }

    /// Whether an act is of a case, and of as much of it as the grant's share holds.
    ///
    /// # Errors
    /// [`QueryError`].
    pub async fn is_shared(&self, act: &Recorded, grant: &Grant) -> Result<bool, QueryError> {
        let stream = &act.submission.stream;
        if stream.kind() != StreamKind::Case {
            return Ok(false);
        }
        let case = matter_of(&self.acts_of(stream).await?);
        let share = Share::of(&case, grant);
        Ok(share.is_some_and(|share| share.holds(act.place.position)))
    }

    /// Whether anything under the name of a case is the grant's to read.
    ///
    /// # Errors
    /// [`QueryError`].
    pub async fn has_share(&self, stream: &StreamId, grant: &Grant) -> Result<bool, QueryError> {
        Ok(Share::of(&matter_of(&self.acts_of(stream).await?), grant).is_some())
    }

    async fn acts_of(&self, stream: &StreamId) -> Result<Vec<Recorded>, StoreError> {
        let mut acts: Vec<Recorded> = Vec::new();
        loop {
            let after = acts.last().map_or(0, |act| act.place.stream_version);
            let page = self.store.stream(stream, after, PAGE).await?;
            for stored in &page {
                acts.push(stored.read()?);
            }
            if page.len() < PAGE as usize {
                return Ok(acts);
            }
        }
    }

    /// A case of which these are all the acts.
    async fn judged(
        &self,
        stream: StreamId,
        mut acts: Vec<Recorded>,
        position: u64,
        as_of: Option<NaiveDate>,
        grant: &Grant,
    ) -> Result<CaseFile, QueryError> {
        let name = || stream.name().to_owned();
        let missing = || QueryError::NoSuchCase { name: name(), position };
        let under = self.contexts.at(position).await?;
        let number = matter_of(&acts);
        let today = |site| under.context.jurisdiction(site).day_of(self.clock.now());
        let as_of = as_of.or_else(|| number.site().map(today)).ok_or_else(missing)?;
        let share = Share::of(&number, grant)
            .ok_or_else(|| QueryError::NotCovered { name: name(), position })?;
        acts.retain(|act| act.place.position <= position);
        let judged = share.judged(stream.kind(), &matter_of(&acts), &under.context, as_of);
        let Judged { acts: matter, case, view, others, shown } = judged.ok_or_else(missing)?;
        acts.retain(|act| share.holds(act.place.position));
        Ok(CaseFile { stream, acts, matter, case, under, position, view, others, shown })
    }

    /// The position that an answer is of.
    ///
    /// # Errors
    /// [`QueryError::PastTheEnd`] when that position is not taken yet.
    pub async fn position_of(&self, known_at: Option<KnownAt>) -> Result<u64, QueryError> {
        let head = self.store.head().await?.position;
        match known_at {
            None => Ok(head),
            Some(KnownAt::Position(asked)) if asked > head => {
                Err(QueryError::PastTheEnd { asked, head })
            }
            Some(KnownAt::Position(asked)) => Ok(asked),
            Some(KnownAt::Instant(at)) => Ok(self.last_recorded_by(at, head).await?),
        }
    }

    /// The last position recorded by this time: recorded times are monotone in position, so that
    /// halving finds it.
    async fn last_recorded_by(&self, at: DateTime<Utc>, head: u64) -> Result<u64, StoreError> {
        let (mut taken, mut beyond) = (0, head + 1);
        while taken + 1 < beyond {
            let middle = taken + (beyond - taken) / 2;
            let act = self.store.after(middle - 1, 1).await?;
            let Some(act) = act.first() else { break };
            if act.read()?.place.recorded_at <= at {
                taken = middle;
            } else {
                beyond = middle;
            }
        }
        Ok(taken)
    }
}

/// The matter of one stream's acts.
fn matter_of(acts: &[Recorded]) -> Matter {
    let mut matter = Matter::default();
    acts.iter().for_each(|act| matter.take(act));
    matter
}
