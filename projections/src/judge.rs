//! 判定: from what happened in one matter to its clocks and findings. A pure function of the
//! matter and the context: it knows no today, and says all that follows if nothing more happens.

mod abuse;
mod appeals;
mod bench;
mod card;
mod case;
mod charges;
pub(crate) mod complaint;
mod decision;
mod direct;
mod disorder;
mod ends;
mod entry;
mod extension;
mod fees;
mod haste;
mod negative;
mod parties;
mod pause;
mod receipt;
mod refuted;
mod renewal;
mod review;
mod upper;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use tongjian_events::case::{
    ApproverRole, Closure, ExcludedProcedure, ExtendedLimit, Handling, Outcome,
};
use tongjian_events::{SiteCode, StreamKind};

use crate::clock::Clock;
use crate::context::Context;
use crate::finding::Finding;
use crate::matter::Matter;
use bench::Bench;

/// What follows from one matter.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Judged {
    /// What the matter is, in a few figures.
    pub summary: Summary,
    /// Its clocks, in the order they start.
    pub clocks: Vec<Clock>,
    /// What is irregular in it, in the order it shows.
    pub findings: Vec<Finding>,
    /// The excluded procedures of a case, in the order they began.
    pub pauses: Vec<PauseTaken>,
    /// The extensions approved in a case, in the order they were approved.
    pub extensions: Vec<ExtensionGiven>,
}

/// 特別程序: one excluded procedure of a case, from its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PauseTaken {
    /// Which of the eight.
    pub procedure: ExcludedProcedure,
    /// When it began; this day still counts.
    pub from_on: NaiveDate,
    /// Its last day; `None` while it is open.
    pub to_on: Option<NaiveDate>,
    /// The time told to the applicant.
    pub declared_working_days: Option<u32>,
    /// How many working days it leaves out by itself, under the reading that judges the decision;
    /// `None` while it is open or where the calendar ends.
    pub working_days: Option<i64>,
    /// Whether the applicant was told in writing how long it takes; another leaves nothing out.
    pub lawful: bool,
    /// The act by which it began.
    pub position: u64,
}

/// 延期: one extension approved in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExtensionGiven {
    /// When it was approved.
    pub on: NaiveDate,
    /// By how many working days.
    pub working_days: u32,
    /// Which limit it names.
    pub of: ExtendedLimit,
    /// Who approved.
    pub approver_role: ApproverRole,
    /// Why.
    pub reason: String,
    /// Whether it lengthens a clock; another is void, or there is no such clock.
    pub counts: bool,
    /// The act.
    pub position: u64,
}

/// A matter in a few figures. Days are civil days of its jurisdiction, after corrections.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// The site that answers for it.
    pub site: Option<SiteCode>,
    /// The item applied for.
    pub item: Option<String>,
    /// The handling system.
    pub handling: Option<Handling>,
    /// How many acts stand in it: annulled ones and corrections are not counted.
    pub acts: u64,
    /// The first act.
    pub first_act_at: Option<DateTime<FixedOffset>>,
    /// The last act.
    pub last_act_at: Option<DateTime<FixedOffset>>,
    /// The first act's civil day.
    pub first_on: Option<NaiveDate>,
    /// The last act's civil day.
    pub last_on: Option<NaiveDate>,
    /// Working days from the first act's day, not counted, to the last act's.
    pub working_days: Option<i64>,
    /// When the materials were received.
    pub received_on: Option<NaiveDate>,
    /// From when it counts as accepted.
    pub accepted_on: Option<NaiveDate>,
    /// The first day on which that is known; later than `accepted_on` where the law accepted.
    pub accepted_known_on: Option<NaiveDate>,
    /// Whether the law accepted it, by silence.
    pub deemed_accepted: bool,
    /// When it was decided.
    pub decided_on: Option<NaiveDate>,
    /// What was decided.
    pub outcome: Option<Outcome>,
    /// When it ended without a decision, or was closed.
    pub closed_on: Option<NaiveDate>,
    /// How it was closed.
    pub closure: Option<Closure>,
    /// 來源系統自記: what the system it was imported from states of it.
    pub stated: Option<Stated>,
}

/// 自記期限: a deadline that another system recorded for the case, compared as instants.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stated {
    /// When that system says it began.
    pub started_at: Option<DateTime<FixedOffset>>,
    /// When that system says it was due.
    pub due_at: Option<DateTime<FixedOffset>>,
    /// When that system says it ended.
    pub ended_at: Option<DateTime<FixedOffset>>,
    /// What follows from the two: kept, not kept, or not ended.
    pub outcome: StatedOutcome,
}

/// What a system's own record says of its own deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StatedOutcome {
    /// Ended by the due instant.
    OnTime,
    /// Ended after it.
    Overdue,
    /// It records no end.
    Open,
    /// It records no due instant.
    NoDeadline,
}

impl StatedOutcome {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnTime => "on_time",
            Self::Overdue => "overdue",
            Self::Open => "open",
            Self::NoDeadline => "no_deadline",
        }
    }
}

/// Judges a matter of this kind; of several cases under one number each by itself.
#[must_use]
pub fn judge(kind: StreamKind, matter: &Matter, context: &Context) -> Judged {
    let Some(site) = matter.site() else { return Judged::default() };
    let place = context.jurisdiction(site);
    let view = matter.effective(&place);
    let mut bench = Bench::new(context, place, &view);
    bench.summary.site = Some(site.clone());
    bench.summary.acts = view.acts.len() as u64;
    for (kind, position, detail) in &view.faults {
        bench.fault(*kind, *position, detail.clone(), matter);
    }
    match kind {
        StreamKind::Case => {
            case::judge(&mut bench);
            parties::number_used_twice(&mut bench, matter.others());
        }
        StreamKind::Complaint => {
            complaint::judge(&mut bench);
            review::judge(&mut bench);
        }
        StreamKind::Card => {
            card::judge(&mut bench);
            appeals::judge(&mut bench);
        }
        _ => {}
    }
    bench.finish()
}
