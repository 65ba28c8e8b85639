//! 查閱: a judged matter as it stands on a day, for people: each clock with its standing, the
//! working days left or overdue, and the findings that hold on that day.

use chrono::NaiveDate;
use serde::Serialize;
use tongjian_events::StreamKind;

use crate::clock::{Clock, Standing};
use crate::context::Context;
use crate::finding::Finding;
use crate::judge::{Judged, Summary, judge};
use crate::matter::Matter;

/// A matter on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatterView {
    /// The day.
    pub as_of: NaiveDate,
    /// The matter in a few figures.
    pub summary: Summary,
    /// Its clocks.
    pub clocks: Vec<ClockView>,
    /// What is irregular, as far as it shows on that day.
    pub findings: Vec<Finding>,
}

/// A clock on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClockView {
    /// The clock.
    #[serde(flatten)]
    pub clock: Clock,
    /// What it shows on that day.
    pub standing: Standing,
    /// Working days from that day to the due day, while it runs; 0 on the due day.
    pub working_days_left: Option<i64>,
    /// Working days past the due day, at its end or on that day.
    pub working_days_overdue: Option<i64>,
}

/// Judges a matter by what had happened and was published by the end of a day. The matter and the
/// context hold what the chronicle held at the position asked for. `None` where nothing had
/// happened.
#[must_use]
pub fn view(
    kind: StreamKind,
    matter: &Matter,
    context: &Context,
    as_of: NaiveDate,
) -> Option<MatterView> {
    let site = matter.site()?;
    let then = context.as_of(as_of);
    let matter = matter.as_of(as_of, &then.jurisdiction(site));
    matter.has_acts().then(|| view_under(kind, &matter, &then, as_of))
}

/// The same for a matter and a context that already stand as of the day.
#[must_use]
pub fn view_under(
    kind: StreamKind,
    matter: &Matter,
    context: &Context,
    as_of: NaiveDate,
) -> MatterView {
    on_day(judge(kind, matter, context), context, as_of)
}

/// A judgement as it stands on a day.
#[must_use]
pub fn on_day(mut judged: Judged, context: &Context, as_of: NaiveDate) -> MatterView {
    if judged.summary.accepted_known_on.is_some_and(|known| known > as_of) {
        judged.summary.accepted_on = None;
        judged.summary.accepted_known_on = None;
        judged.summary.deemed_accepted = false;
    }
    let place = judged.summary.site.as_ref().map(|site| context.jurisdiction(site));
    let clocks = judged.clocks.into_iter().filter(|clock| clock.arises_on <= as_of).map(|clock| {
        let standing = clock.standing(as_of);
        let calendar = place.as_ref().map(|place| place.calendar);
        let elapsed = |from, to| calendar.and_then(|calendar| calendar.elapsed(from, to).ok());
        let left = clock.due_on.filter(|due| standing == Standing::Running && *due >= as_of);
        let overdue_until = clock.ended_on.filter(|end| *end <= as_of).unwrap_or(as_of);
        let overdue = clock.due_on.filter(|_| standing == Standing::Missed);
        ClockView {
            working_days_left: left.and_then(|due| elapsed(as_of, due)),
            working_days_overdue: overdue.and_then(|due| elapsed(due, overdue_until)),
            standing,
            clock,
        }
    });
    let clocks = clocks.collect();
    let findings = judged.findings.into_iter().filter(|f| f.arises_on <= as_of).collect();
    MatterView { as_of, summary: judged.summary, clocks, findings }
}
