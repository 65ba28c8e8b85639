//! 清單: the cases that match a filter, in order of their names, page by page. All pages of one
//! walk are of one position and one day, which the cursor carries.

use chrono::NaiveDate;
use serde::Serialize;
use tongjian_events::case::Handling;
use tongjian_events::{Recorded, SiteCode, StreamKind};
use tongjian_projections::Context;
use tongjian_projections::clock::{ClockKind, Standing};
use tongjian_projections::matter::Matter;
use tongjian_projections::view::{ClockView, MatterView, view_under};

use super::share::Share;
use super::walk::{Cursor, MOST_NAMES};
use super::{Moment, Queries, QueryError, matter_of};
use crate::access::Grant;
use crate::store::Stored;

/// How many acts and names one page may look at before it answers with what it found.
const MOST_ACTS: usize = 20_000;

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

impl Queries {
    /// A page of cases that the grant covers.
    ///
    /// # Errors
    /// [`QueryError`].
    pub async fn cases(
        &self,
        filter: &Filter,
        moment: Moment,
        cursor: Option<Cursor>,
        limit: usize,
        grant: &Grant,
    ) -> Result<Listing, QueryError> {
        let mut at = self.begin(moment, cursor).await?;
        let context = self.under(at.position).await?.context.as_of(at.as_of);
        let (mut cases, mut read) = (Vec::new(), 0);
        // As many names as can be wanted, where the tables narrow well; more, where they do not.
        let mut names = u32::try_from(limit).unwrap_or(MOST_NAMES).clamp(1, MOST_NAMES);
        while let Some(batch) = self.batch(&at, filter, grant, names).await? {
            names = names.saturating_mul(2).min(MOST_NAMES);
            for (stream, stored) in batch.streams {
                read += stored.len();
                let acts = stored.iter().map(Stored::read).collect::<Result<Vec<_>, _>>()?;
                cases.extend(listed(
                    &stream,
                    &acts,
                    (at.position, at.as_of),
                    &context,
                    filter,
                    grant,
                ));
                if cases.len() >= limit || read >= MOST_ACTS {
                    at.after = stream;
                    let (position, as_of) = (at.position, at.as_of);
                    return Ok(Listing { position, as_of, cases, next: Some(at) });
                }
            }
            at.after = batch.looked_up_to;
            read += batch.looked_at;
            if read >= MOST_ACTS {
                let (position, as_of) = (at.position, at.as_of);
                return Ok(Listing { position, as_of, cases, next: Some(at) });
            }
        }
        Ok(Listing { position: at.position, as_of: at.as_of, cases, next: None })
    }
}

/// The cases under a number as listed under a context that stands as of the day, if the filter
/// takes them and the grant covers them: as they were known, and as they are.
fn listed(
    stream: &str,
    acts: &[Recorded],
    (position, as_of): (u64, NaiveDate),
    context: &Context,
    filter: &Filter,
    grant: &Grant,
) -> Vec<Listed> {
    let (Some(id), number) = (stream.strip_prefix("case/"), matter_of(acts)) else {
        return Vec::new();
    };
    let Some(share) = Share::of(&number, grant) else { return Vec::new() };
    let cases = share.cases(&number.only(|act| act.position <= position)).into_iter();
    let listed = |case: Matter| {
        let site = case.site()?;
        let asked = filter.site.as_ref().is_none_or(|of| of.holds(site));
        if !asked || !grant.covers(site) {
            return None;
        }
        let then = case.as_of(as_of, &context.jurisdiction(site));
        // A case of which nothing had happened by that day is not there yet; one of which every
        // act was annulled is.
        if !then.has_acts() {
            return None;
        }
        let view = view_under(StreamKind::Case, &then, context, as_of);
        filter.takes_case(&view).then(|| Listed::of(id, &view))
    };
    cases.filter_map(listed).collect()
}
