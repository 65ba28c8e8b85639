//! 上級環節: the time the level above has the file. Never charged to the window; judged by the
//! limit that the forwarding states, else by the statutory limit stated for a case that is
//! reported up (art. 42, 43); else shown, not judged.

use tongjian_events::Event;
use tongjian_events::case::{CaseForwardedUp, ExtendedLimit};
use tongjian_events::values::{Limits, UnitCode};

use super::bench::{Bench, Draft, LeftOut, Mark, mark};
use super::decision::{Measure, longest_extension, reports_up};
use super::extension::extension;
use super::receipt::Acceptance;
use crate::clock::{ClockKind, Ending, Limit};

/// Runs a leg for each forwarding. It ends with the result of the organ it went to (with any result
/// where that names an organ nothing went to), or stops where the case is sent there again.
pub(super) fn judge(bench: &mut Bench<'_>, limits: &Limits) {
    let sent: Vec<(Mark, &CaseForwardedUp)> = bench
        .acts
        .iter()
        .filter_map(|act| match &*act.event {
            Event::CaseForwardedUp(body) => Some((mark(act), &**body)),
            _ => None,
        })
        .collect();
    let mut results: Vec<(Mark, &UnitCode)> = bench
        .acts
        .iter()
        .filter_map(|act| match &*act.event {
            Event::UpperResultReceived(body) => Some((mark(act), &body.from)),
            _ => None,
        })
        .collect();
    let reports_up = reports_up(bench);
    let statute = limits.statutory_working_days.filter(|_| reports_up);
    for (index, (forwarded, body)) in sent.iter().enumerate() {
        let mut later = sent.iter().skip(index + 1);
        let again = later.find(|(_, other)| other.to == body.to).map(|(mark, _)| *mark);
        let back = results.iter().position(|(result, from)| {
            let of_it = **from == body.to || sent.iter().all(|(_, other)| other.to != **from);
            of_it && result.at >= forwarded.at && again.is_none_or(|again| result.at < again.at)
        });
        let back = back.map(|index| (results.remove(index).0, Ending::Done));
        let days = body.upper_limit_working_days.or(statute).map(|days| u32::from(days.get()));
        let limit = days.map_or(Limit::None, Limit::WorkingDays);
        let mut draft = Draft::new(ClockKind::UpperLeg, *forwarded, limit);
        draft.end = back.or(again.map(|again| (again, Ending::Stopped)));
        draft.subject = Some(body.to.to_string());
        if let Some(days) = days.filter(|_| reports_up) {
            let measure = leg(bench, *forwarded, days);
            let none = LeftOut::default();
            if let Some(extended) = extension(bench, &measure, &none, Some(*forwarded), again) {
                draft.extended_by = extended.days;
                draft.grounds.push(extended.by.position);
            }
        }
        bench.run(draft);
    }
}

/// The leg as a limit that may be extended by the law's measure.
fn leg(bench: &Bench<'_>, forwarded: Mark, days: u32) -> Measure {
    let rules = bench.rules(forwarded.on);
    Measure {
        kind: ClockKind::UpperLeg,
        days,
        extended: ExtendedLimit::Statutory,
        longest_extension: rules.map(|rules| longest_extension(rules, false)),
        joint: false,
        from: Acceptance {
            start: forwarded,
            minutes: None,
            arises_on: forwarded.on,
            deemed: false,
        },
    }
}
