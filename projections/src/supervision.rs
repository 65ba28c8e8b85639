//! 監察: what the supervising body sees. From the judgement of one matter follow duties (what falls
//! due by itself) and facts; facts of many streams about one object gather in its docket, and a
//! docket is judged as a whole. Pure, like everything here.
//!
//! ```text
//! acts ── projection ──> lines, duties, facts ──> dockets ── judge ──> lines, duties
//! ```

pub mod by_law;
pub(crate) mod cards;
pub mod docket;
pub mod duty;
mod evidence;
pub mod fact;
pub mod flag_facts;
mod flags;
pub(crate) mod indicators;
pub mod ladder;
pub mod period;
pub mod rectification;
mod scores;
pub mod stated;
pub mod traces;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use tongjian_events::case::Handling;
use tongjian_events::{StreamId, StreamKind};

use crate::clock::{ClockKind, Ending};
use crate::context::Context;
use crate::judge::Judged;
use crate::matter::Matter;
use crate::{Lines, Table};
use docket::{Docket, Month};
use duty::Duty;
use fact::{Fact, Stated};
pub(crate) use flags::posts;

/// The name under which the judgements on dockets are kept.
pub const NAME: &str = "dockets";
/// Raised whenever the judgement or its tables change.
pub const EDITION: u32 = 5;
/// The read tables that judgements on dockets fill; the first column is the docket's key.
pub const TABLES: &[Table] = &[
    indicators::TABLE,
    indicators::SAMPLES,
    Table { name: "docket_duties", columns: duty::COLUMNS, indexes: duty::INDEXES },
    cards::dockets::REFUTED_CARDS,
    cards::dockets::CARD_WITHDRAWALS,
    cards::dockets::ADMONITIONS_DUE,
    flags::FIVE_IN_PLACE,
    flags::EVIDENCE,
    flags::DUTIES,
    scores::SCORES,
    scores::TOTALS,
    scores::WINDOWS,
    scores::STAFF,
    scores::SATISFACTION,
    scores::RANKINGS,
    scores::ADMONITIONS,
];
/// Where they stand in the list.
const DUTIES: usize = 2;
const REFUTED: usize = 3;
const WITHDRAWALS: usize = 4;
const ADMONITIONS: usize = 5;
/// The first of the tables of the five flags.
const FLAGS_AT: usize = 6;
/// The first of the tables of the scores.
const SCORES_AT: usize = 9;

/// The lines that follow from the facts of a docket. The facts are in order of position.
pub fn judge(docket: &Docket, facts: &[Stated], context: &Context, out: &mut Lines) {
    indicators::judge(docket, facts, context, out);
    cards::dockets::judge(docket, facts, context, out);
    flags::judge(docket, facts, context, out);
    scores::judge(docket, facts, context, out);
}

/// What falls due in a matter: what the law does by silence, what the ladder of cards asks for,
/// what falls due in the life of a card. Of several that open one stream the earliest stays.
#[must_use]
pub fn duties(stream: &StreamId, judged: &Judged, matter: &Matter, context: &Context) -> Vec<Duty> {
    let mut duties = by_law::duties(stream, judged, matter, context);
    match stream.kind() {
        StreamKind::Case => duties.extend(ladder::duties(stream, judged, matter, context)),
        StreamKind::Card => duties.extend(cards::duties(stream, judged, matter, context)),
        StreamKind::Complaint => duties.extend(cards::complaints::duties(matter, context)),
        _ => {}
    }
    duties.sort_by_key(|duty| duty.due_at);
    let mut opened = BTreeSet::new();
    duties.retain(|duty| duty.after > 0 || opened.insert(duty.stream.clone()));
    duties
}

/// What is stated of a docket: its day, the position of the act that shows it, the fact.
pub type Contribution = (Docket, NaiveDate, u64, Fact);

/// What a judged matter contributes to the dockets, with the duties that follow from it.
#[must_use]
pub fn facts(
    stream: &StreamId,
    judged: &Judged,
    matter: &Matter,
    context: &Context,
    duties: &[Duty],
) -> Vec<Contribution> {
    let mut facts = evidence::of(stream, judged, matter, context);
    facts.extend(stated::of(stream.kind(), judged, matter, context));
    match stream.kind() {
        StreamKind::Case => {
            facts.extend(decided(judged));
            facts.extend(ladder::asked(stream, matter, context, duties));
        }
        StreamKind::Card => facts.extend(cards::facts(matter, context, duties)),
        StreamKind::Complaint => {
            facts.extend(cards::complaints::asked(matter, context, duties));
        }
        _ => {}
    }
    facts
}

/// The decision that the clock governing a case waited for: its day, its position, the due day.
fn governing(judged: &Judged) -> Option<(NaiveDate, u64, NaiveDate)> {
    let ended = |kind: ClockKind| {
        let clock = judged.clocks.iter().find(|clock| clock.kind == kind)?;
        let done = clock.ending == Some(Ending::Done);
        clock.ended_on.zip(clock.ended_by).zip(clock.due_on).filter(|_| done)
    };
    let governing = ended(ClockKind::Promised).or_else(|| ended(ClockKind::Statutory));
    governing.map(|((on, position), due_on)| (on, position, due_on))
}

/// 辦結: what a decided case states of its month.
fn decided(judged: &Judged) -> Option<Contribution> {
    let site = judged.summary.site.as_ref()?;
    let (on, position, due_on) = governing(judged)?;
    let month = Docket::SiteMonth(site.clone(), Month::holding(on));
    let direct = judged.summary.handling == Some(Handling::Direct);
    Some((month, on, position, Fact::CaseDecided { due_on, direct }))
}
