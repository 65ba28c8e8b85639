//! 監察: what the supervising body sees. From the judgement of one matter follow duties (what falls
//! due by itself) and facts; facts of many streams about one object gather in its docket, and a
//! docket is judged as a whole. Pure, like everything here.
//!
//! ```text
//! acts ── projection ──> lines, duties, facts ──> dockets ── judge ──> lines, duties
//! ```

pub mod by_law;
pub mod docket;
pub mod duty;
pub mod fact;
mod indicators;
pub mod ladder;
mod scores;
pub mod stated;

use chrono::NaiveDate;
use tongjian_events::{StreamId, StreamKind};

use crate::clock::{ClockKind, Ending};
use crate::context::Context;
use crate::judge::Judged;
use crate::matter::Matter;
use crate::{Lines, Table};
use docket::{Docket, Month};
use duty::Duty;
use fact::{Fact, Stated};

/// The name under which the judgements on dockets are kept.
pub const NAME: &str = "dockets";
/// Raised whenever the judgement or its tables change.
pub const EDITION: u32 = 2;
/// The read tables that judgements on dockets fill; the first column is the docket's key.
pub const TABLES: &[Table] = &[
    indicators::TABLE,
    scores::SCORES,
    scores::TOTALS,
    scores::WINDOWS,
    scores::STAFF,
    scores::SATISFACTION,
    scores::RANKINGS,
    scores::ADMONITIONS,
    scores::DUTIES,
];

/// The lines that follow from the facts of a docket. The facts are in order of position.
pub fn judge(docket: &Docket, facts: &[Stated], context: &Context, out: &mut Lines) {
    indicators::judge(docket, facts, context, out);
    scores::judge(docket, facts, context, out);
}

/// What falls due in a matter: what the law does by silence, and what the ladder of cards asks for.
#[must_use]
pub fn duties(stream: &StreamId, judged: &Judged, matter: &Matter, context: &Context) -> Vec<Duty> {
    let mut duties = by_law::duties(stream, judged, matter, context);
    duties.extend(ladder::duties(stream, judged, matter, context));
    duties
}

/// What a judged matter contributes to the dockets.
#[must_use]
pub fn facts(
    kind: StreamKind,
    judged: &Judged,
    matter: &Matter,
    context: &Context,
) -> Vec<(Docket, NaiveDate, u64, Fact)> {
    let mut facts = decided(kind, judged);
    facts.extend(stated::of(kind, judged, matter, context));
    facts
}

/// The decision of a case with a promise or a statute.
fn decided(kind: StreamKind, judged: &Judged) -> Vec<(Docket, NaiveDate, u64, Fact)> {
    let Some(site) = judged.summary.site.as_ref().filter(|_| kind == StreamKind::Case) else {
        return Vec::new();
    };
    let ended = |kind: ClockKind| {
        let clock = judged.clocks.iter().find(|clock| clock.kind == kind)?;
        let done = clock.ending == Some(Ending::Done);
        clock.ended_on.zip(clock.ended_by).zip(clock.due_on).filter(|_| done)
    };
    let governing = ended(ClockKind::Promised).or_else(|| ended(ClockKind::Statutory));
    let Some(((on, position), due_on)) = governing else { return Vec::new() };
    let month = Docket::SiteMonth(site.clone(), Month::holding(on));
    vec![(month, on, position, Fact::CaseDecided { due_on })]
}
