//! 決定: the promised and the statutory limit side by side, or the lower level's review in the
//! place of the statutory one (art. 42, 43).

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::case::{ExtendedLimit, Handling, Outcome};
use tongjian_events::policy::{ClockRulesAdopted, PauseExcess};
use tongjian_events::values::Limits;

use super::bench::{Bench, Draft, LeftOut, Mark, mark};
use super::extension::{Extension, extension};
use super::receipt::Acceptance;
use super::{direct, upper};
use crate::clock::{ClockKind, Ending, Limit};
use crate::context::day_after;
use crate::finding::FindingKind;
use crate::matter::Effective;

/// One decision clock: which limit an extension of it must name, how long it may be, by whom.
pub(super) struct Measure {
    pub(super) kind: ClockKind,
    pub(super) days: u32,
    pub(super) extended: ExtendedLimit,
    pub(super) longest_extension: Option<u32>,
    pub(super) joint: bool,
    /// From when it runs.
    pub(super) from: Acceptance,
}

impl Measure {
    /// A promise of so many days.
    pub(super) fn of_promise(days: u32, from: Acceptance, joint: bool) -> Self {
        Self {
            kind: ClockKind::Promised,
            days,
            extended: ExtendedLimit::Promised,
            longest_extension: None,
            joint,
            from,
        }
    }

    /// Whether it began at or after the close of business, where it is due the same day.
    fn after_hours(&self, bench: &Bench<'_>) -> bool {
        let rules = bench.rules(self.from.start.on).filter(|_| self.days == 0);
        let close = rules.map(|rules| rules.close_of_business.minutes());
        self.from.minutes.zip(close).is_some_and(|(began, close)| began >= close)
    }

    /// Its due day with so many days more, under the reading in force.
    pub(super) fn due(
        &self,
        bench: &Bench<'_>,
        left_out: &LeftOut,
        more: u32,
    ) -> Option<NaiveDate> {
        let start = self.from.start.on;
        let from = if self.after_hours(bench) { day_after(start) } else { start };
        let pauses =
            if counts_declared(bench, start) { &left_out.declared } else { &left_out.whole };
        let due = bench.calendar().due_with_pauses(from, self.days.saturating_add(more), pauses);
        due.ok().map(|due| due.on)
    }
}

/// Whether the rules of a clock that starts on a day leave out only the declared time of a pause.
pub(super) fn counts_declared(bench: &Bench<'_>, on: NaiveDate) -> bool {
    bench.rules(on).is_some_and(|rules| rules.pause_excess == PauseExcess::Count)
}

/// Runs the decision clocks. Direct handling has one without an acceptance, too.
pub(super) fn judge(
    bench: &mut Bench<'_>,
    acceptance: Option<Acceptance>,
    left_out: &LeftOut,
    over: Option<(Mark, Ending)>,
) {
    let spot = direct::start(bench, acceptance);
    let forwarded = bench.first(|e| matches!(e, Event::CaseForwardedUp(_)));
    if let Some(from) = acceptance.or(spot) {
        let measures = measures(bench, acceptance, spot);
        let end = end_of_decision(bench, from, over, forwarded);
        promise_beyond_statute(bench, &measures);
        let until = forwarded.map(mark);
        let run = |measure| run(bench, measure, left_out, end, until);
        let extended: Vec<_> = measures.iter().map(run).collect();
        if let ([promised, statutory], [Some(promise), statute]) =
            (measures.as_slice(), extended.as_slice())
        {
            extended_beyond(bench, (promised, *promise), (statutory, *statute), left_out);
        }
    }
    if let Some(acceptance) = acceptance {
        if bench.rules(acceptance.start.on).is_none() {
            let detail = format!(
                "no clock rules were in force on {}; legal limits are not judged",
                acceptance.start.on
            );
            let at = vec![acceptance.start.position];
            bench.find(FindingKind::NoRuleInForce, acceptance.arises_on, at, detail);
        }
        order(bench, acceptance);
    }
    upper::judge(bench, &stated_limits(bench));
}

fn stated_limits(bench: &Bench<'_>) -> Limits {
    bench
        .acts
        .iter()
        .find_map(|act| match &*act.event {
            Event::ApplicationAccepted(body) => Some(body.limits),
            _ => None,
        })
        .unwrap_or_default()
}

/// Whether the case is reviewed here and decided above.
pub(super) fn reports_up(bench: &Bench<'_>) -> bool {
    bench.summary.handling == Some(Handling::ReportUp)
}

/// The longest extension that the law allows a case of this handling.
pub(super) fn longest_extension(rules: &ClockRulesAdopted, joint: bool) -> u32 {
    let longest =
        if joint { rules.joint_extension_working_days } else { rules.extension_working_days };
    u32::from(longest.get())
}

/// The promise, and beside it the statute. In a case that is reported up the lower level's review
/// stands in the place of the statute, whose own limit is that of the level above.
fn measures(
    bench: &Bench<'_>,
    acceptance: Option<Acceptance>,
    spot: Option<Acceptance>,
) -> Vec<Measure> {
    let limits = stated_limits(bench);
    let joint = bench.summary.handling == Some(Handling::Parallel);
    let reports_up = reports_up(bench);
    // Direct handling is due the same day, whatever else was written on the acceptance.
    let promise = match spot {
        Some(spot) => Some((0, spot)),
        None => limits.promised_working_days.map(|days| u32::from(days.get())).zip(acceptance),
    };
    let promised = promise.map(|(days, from)| Measure::of_promise(days, from, joint));
    let statutory = acceptance.and_then(|from| {
        let rules = bench.rules(from.start.on);
        let days = if reports_up {
            rules?.lower_review_working_days
        } else {
            let by_law = rules.map(|rules| match joint {
                true => rules.joint_working_days,
                false => rules.statutory_working_days,
            });
            limits.statutory_working_days.or(by_law)?
        };
        Some(Measure {
            kind: if reports_up { ClockKind::LowerReview } else { ClockKind::Statutory },
            days: u32::from(days.get()),
            extended: ExtendedLimit::Statutory,
            // Art. 43 knows no extension of the review.
            longest_extension: match reports_up {
                true => Some(0),
                false => rules.map(|rules| longest_extension(rules, joint)),
            },
            joint,
            from,
        })
    });
    promised.into_iter().chain(statutory).collect()
}

fn promise_beyond_statute(bench: &mut Bench<'_>, measures: &[Measure]) {
    let [promised, statutory] = measures else { return };
    if promised.days > statutory.days {
        let detail = format!(
            "a promise of {} working days, the law gives {}",
            promised.days, statutory.days
        );
        let from = statutory.from;
        let at = vec![from.start.position];
        bench.find(FindingKind::PromiseBeyondStatute, from.arises_on, at, detail);
    }
}

/// An extension that carries the promise past the statutory due day, as that stood when the
/// extension was approved. The promise is longer, the statute stays what it is.
fn extended_beyond(
    bench: &mut Bench<'_>,
    (promised, promise): (&Measure, Extension),
    (statutory, statute): (&Measure, Option<Extension>),
    left_out: &LeftOut,
) {
    let by_then =
        statute.filter(|of| (of.by.at, of.by.position) < (promise.by.at, promise.by.position));
    let due = promised.due(bench, left_out, promise.days);
    let limit = statutory.due(bench, left_out, by_then.map_or(0, |of| of.days));
    let (Some(due), Some(limit)) = (due, limit) else { return };
    if due > limit {
        let on = promise.by.on;
        let detail = format!(
            "extended on {on} by {} working days, to {due}; {} is due on {limit}",
            promise.days,
            statutory.kind.as_str()
        );
        let kind = FindingKind::PromiseExtendedBeyondStatute;
        bench.find(kind, on.max(statutory.from.arises_on), vec![promise.by.position], detail);
    }
}

/// What ends the decision clocks: a decision, a forwarding, a late refusal of acceptance, or the
/// end of the case otherwise, whichever happened first. A result from above shows that the case
/// had gone there.
fn end_of_decision(
    bench: &Bench<'_>,
    from: Acceptance,
    over: Option<(Mark, Ending)>,
    forwarded: Option<&Effective<'_>>,
) -> Option<(Mark, Ending)> {
    let reports_up = reports_up(bench);
    let decided = bench.acts.iter().find(|act| match &*act.event {
        Event::DecisionMade(_) => true,
        Event::ApplicationNotAccepted(_) => act.at >= from.start.at,
        Event::UpperResultReceived(_) => reports_up,
        _ => false,
    });
    let done =
        [decided, forwarded].into_iter().flatten().min_by_key(|act| (act.at, act.position()));
    match (done, over) {
        (Some(act), Some((end, _))) if (act.at, act.position()) <= (end.at, end.position) => {
            Some((mark(act), Ending::Done))
        }
        (_, Some(over)) => Some(over),
        (Some(act), None) => Some((mark(act), Ending::Done)),
        (None, None) => None,
    }
}

/// Runs one clock; answers its valid extension.
fn run(
    bench: &mut Bench<'_>,
    measure: &Measure,
    left_out: &LeftOut,
    end: Option<(Mark, Ending)>,
    until: Option<Mark>,
) -> Option<Extension> {
    let mut draft = Draft::new(measure.kind, measure.from.start, Limit::WorkingDays(measure.days));
    draft.arises_on = measure.from.arises_on;
    draft.left_out = Some(left_out);
    draft.end = end;
    draft.after_hours = measure.after_hours(bench);
    // What is extended after the case went up belongs to the level above.
    let until = until.filter(|_| measure.kind == ClockKind::LowerReview);
    let extended = extension(bench, measure, left_out, None, until);
    if let Some(extended) = extended {
        draft.extended_by = extended.days;
        draft.grounds.push(extended.by.position);
    }
    bench.run(draft);
    extended
}

fn order(bench: &mut Bench<'_>, acceptance: Acceptance) {
    let decided = bench.first(|e| matches!(e, Event::DecisionMade(_)));
    let accepted = bench.acts.iter().find(|act| act.position() == acceptance.start.position);
    let (Some(decided), Some(accepted)) = (decided, accepted) else { return };
    let refused_at_once = matches!(&*decided.event,
        Event::DecisionMade(body) if body.outcome == Outcome::Refused)
        && acceptance.deemed;
    if decided.at < accepted.at && !refused_at_once {
        let detail = format!("decided on {}, accepted on {}", decided.on(), accepted.on());
        let positions = vec![accepted.position(), decided.position()];
        bench.find(FindingKind::DecidedBeforeAccepted, accepted.on(), positions, detail);
    }
}
