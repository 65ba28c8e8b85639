//! 清單: the cases that match a filter, in order of their names, page by page. All pages of one
//! walk are of one position and one day, which the cursor carries.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use chrono_tz::Asia::Shanghai;
use serde::Serialize;
use tongjian_events::case::Handling;
use tongjian_events::{Recorded, SiteCode, StreamKind};
use tongjian_projections::Context;
use tongjian_projections::clock::{ClockKind, Standing};
use tongjian_projections::view::{ClockView, MatterView, view_under};

use super::candidates::candidates;
use super::{KnownAt, Queries, QueryError, matter_of};
use crate::access::Grant;
use crate::store::Stored;

/// How many acts one page may read before it answers with what it found.
const MOST_ACTS: usize = 20_000;
const READ_ACTS: u32 = 2_000;
const READ_NAMES: u32 = 200;

/// Which cases.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those of this site and the sites below it.
    pub site: Option<SiteCode>,
    /// Those of this item.
    pub item: Option<String>,
    /// Those with a clock that shows this.
    pub state: Option<Standing>,
    /// Those with a clock due on this day or later.
    pub due_from: Option<NaiveDate>,
    /// Those with a clock due on this day or earlier.
    pub due_to: Option<NaiveDate>,
}

impl Filter {
    /// Whether a clock is what the filter asks for; state and days must hold of the same clock.
    fn takes(&self, clock: &ClockView) -> bool {
        let due = clock.clock.due_on;
        self.state.is_none_or(|state| state == clock.standing)
            && self.due_from.is_none_or(|from| due.is_some_and(|due| due >= from))
            && self.due_to.is_none_or(|to| due.is_some_and(|due| due <= to))
    }

    pub(super) fn asks_for_clocks(&self) -> bool {
        self.state.is_some() || self.due_from.is_some() || self.due_to.is_some()
    }

    fn takes_case(&self, view: &MatterView) -> bool {
        let item = self.item.as_deref();
        item.is_none_or(|item| view.summary.item.as_deref() == Some(item))
            && (!self.asks_for_clocks() || view.clocks.iter().any(|clock| self.takes(clock)))
    }
}

/// 續讀: where the next page begins. Opaque on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    position: u64,
    as_of: NaiveDate,
    after: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}|{}|{}", self.position, self.as_of, self.after);
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(text))
    }
}

impl FromStr for Cursor {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || "cursor: this is no cursor of an earlier answer".to_owned();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let text = String::from_utf8(bytes).map_err(|_| bad())?;
        let mut parts = text.splitn(3, '|');
        let mut next = || parts.next().ok_or_else(bad);
        Ok(Self {
            position: next()?.parse().map_err(|_| bad())?,
            as_of: next()?.parse().map_err(|_| bad())?,
            after: next()?.to_owned(),
        })
    }
}

/// One page.
#[derive(Debug)]
pub struct Listing {
    /// The position it is of.
    pub position: u64,
    /// The day it is of.
    pub as_of: NaiveDate,
    /// The cases.
    pub cases: Vec<Listed>,
    /// Where to go on; absent at the end. A page may hold fewer cases than asked for, or none,
    /// and still have a next one.
    pub next: Option<Cursor>,
}

/// A case in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    /// Its name.
    pub id: String,
    /// The site that answers for it.
    pub site: Option<SiteCode>,
    /// The item.
    pub item: Option<String>,
    /// The handling system.
    pub handling: Option<Handling>,
    /// When the materials were received.
    pub received_on: Option<NaiveDate>,
    /// From when it counts as accepted.
    pub accepted_on: Option<NaiveDate>,
    /// When it was decided.
    pub decided_on: Option<NaiveDate>,
    /// When it ended without a decision, or was closed.
    pub closed_on: Option<NaiveDate>,
    /// Its clocks on that day.
    pub clocks: Vec<ListedClock>,
    /// How many findings hold on that day.
    pub findings: usize,
}

/// A clock in a list.
#[derive(Debug, Clone, Serialize)]
pub struct ListedClock {
    /// Which clock.
    pub kind: ClockKind,
    /// When it is due.
    pub due_on: Option<NaiveDate>,
    /// What it shows.
    pub standing: Standing,
    /// Working days left, while it runs.
    pub working_days_left: Option<i64>,
    /// Working days overdue.
    pub working_days_overdue: Option<i64>,
}

impl Listed {
    fn of(id: &str, view: &MatterView) -> Self {
        let summary = &view.summary;
        let clocks = view.clocks.iter().map(|clock| ListedClock {
            kind: clock.clock.kind,
            due_on: clock.clock.due_on,
            standing: clock.standing,
            working_days_left: clock.working_days_left,
            working_days_overdue: clock.working_days_overdue,
        });
        Self {
            id: id.to_owned(),
            site: summary.site.clone(),
            item: summary.item.clone(),
            handling: summary.handling,
            received_on: summary.received_on,
            accepted_on: summary.accepted_on,
            decided_on: summary.decided_on,
            closed_on: summary.closed_on,
            clocks: clocks.collect(),
            findings: view.findings.len(),
        }
    }
}

/// Streams that may be listed, and the name up to which all were looked at.
struct Batch {
    streams: Vec<(String, Vec<Stored>)>,
    looked_up_to: String,
}

impl Queries {
    /// A page of cases that the grant covers.
    ///
    /// # Errors
    /// [`QueryError`].
    pub async fn cases(
        &self,
        filter: &Filter,
        as_of: Option<NaiveDate>,
        cursor: Option<Cursor>,
        limit: usize,
        grant: &Grant,
    ) -> Result<Listing, QueryError> {
        let mut at = self.begin(as_of, cursor).await?;
        let context = self.under(at.position).await?.context.as_of(at.as_of);
        let (mut cases, mut read) = (Vec::new(), 0);
        while let Some(batch) = self.batch(&at, filter).await? {
            for (stream, stored) in batch.streams {
                read += stored.len();
                let acts = stored.iter().map(Stored::read).collect::<Result<Vec<_>, _>>()?;
                cases.extend(listed(&stream, &acts, &context, at.as_of, filter, grant));
                if cases.len() >= limit || read >= MOST_ACTS {
                    at.after = stream;
                    let (position, as_of) = (at.position, at.as_of);
                    return Ok(Listing { position, as_of, cases, next: Some(at) });
                }
            }
            at.after = batch.looked_up_to;
        }
        Ok(Listing { position: at.position, as_of: at.as_of, cases, next: None })
    }

    /// Where a walk begins or goes on. Its position is that of the read tables, where they are
    /// kept; else the end of the chronicle.
    async fn begin(
        &self,
        as_of: Option<NaiveDate>,
        cursor: Option<Cursor>,
    ) -> Result<Cursor, QueryError> {
        if let Some(at) = cursor {
            self.position_of(Some(KnownAt::Position(at.position))).await?;
            return Ok(at);
        }
        let position = match self.tables() {
            Some(position) => position,
            None => self.position_of(None).await?,
        };
        let as_of = as_of.unwrap_or_else(|| self.today());
        Ok(Cursor { position, as_of, after: String::new() })
    }

    fn today(&self) -> NaiveDate {
        self.clock.now().with_timezone(&Shanghai).date_naive()
    }

    /// The next streams to look at; `None` after the last.
    async fn batch(&self, at: &Cursor, filter: &Filter) -> Result<Option<Batch>, QueryError> {
        if self.tables().is_none() {
            let streams = self.store.streams("case/", &at.after, at.position, READ_ACTS).await?;
            let last = streams.last().map(|(stream, _)| stream.clone());
            return Ok(last.map(|looked_up_to| Batch { streams, looked_up_to }));
        }
        let today = self.today();
        let names = candidates(&self.store, filter, at.as_of, today, &at.after, READ_NAMES).await?;
        let Some(looked_up_to) = names.last().cloned() else { return Ok(None) };
        let streams = self.store.streams_of(&names, at.position).await?;
        Ok(Some(Batch { streams, looked_up_to }))
    }
}

/// The case as listed under a context that stands as of the day, if the filter takes it and the
/// grant covers it.
fn listed(
    stream: &str,
    acts: &[Recorded],
    context: &Context,
    as_of: NaiveDate,
    filter: &Filter,
    grant: &Grant,
) -> Option<Listed> {
    let id = stream.strip_prefix("case/")?;
    let matter = matter_of(acts);
    let site = matter.site()?;
    let asked = filter.site.as_ref().is_none_or(|of| of.holds(site));
    if !asked || !grant.covers(site) {
        return None;
    }
    let then = matter.as_of(as_of, &context.jurisdiction(site));
    let view = view_under(StreamKind::Case, &then, context, as_of);
    // A case of which nothing had happened by that day is not there yet.
    let there = view.summary.acts > 0;
    (there && filter.takes_case(&view)).then(|| Listed::of(id, &view))
}
