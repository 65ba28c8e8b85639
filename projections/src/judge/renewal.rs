//! 延續: the renewal of a licence that runs out.

use tongjian_events::Event;
use tongjian_events::case::Closure;

use super::bench::{Bench, Draft, mark};
use crate::clock::{ClockKind, Ending, Limit};
use crate::context::day_after;
use crate::finding::FindingKind;
use crate::matter::Effective;

/// 延續: a decision before the licence expires, or the law renews it (art. 50).
pub(super) fn judge(bench: &mut Bench<'_>) {
    let Some(received) = bench.first(|e| matches!(e, Event::ApplicationReceived(_))) else {
        return;
    };
    let Event::ApplicationReceived(body) = &*received.event else { return };
    let Some(renews) = &body.renews else { return };
    let decided = bench.first(|e| {
        matches!(
            e,
            Event::DecisionMade(_)
                | Event::UpperResultReceived(_)
                | Event::ApplicationNotAccepted(_)
                | Event::ApplicationWithdrawn(_)
                | Event::CaseReturned(_)
                | Event::CaseVoided(_)
        ) || matches!(e, Event::CaseClosed(body) if settles(body.closure))
    });
    let mut draft = Draft::new(ClockKind::Renewal, mark(received), Limit::FixedDay);
    draft.fixed_due = Some(renews.expires_on);
    draft.subject = Some(renews.licence_no.to_string());
    let withdrawn = |act: &Effective<'_>| match &*act.event {
        Event::ApplicationWithdrawn(_) | Event::CaseReturned(_) | Event::CaseVoided(_) => true,
        Event::CaseClosed(body) => body.closure != Closure::Refused,
        _ => false,
    };
    draft.end =
        decided.map(|act| (mark(act), if withdrawn(act) { Ending::Stopped } else { Ending::Done }));
    bench.run(draft);
    let before = (renews.expires_on - received.on()).num_days();
    let rules = bench.rules(received.on());
    let needed = rules.map_or(30, |rules| i64::from(rules.renewal_notice_calendar_days.get()));
    if before < needed {
        let detail = format!(
            "applied for on {}, {before} days before {}; {needed} are asked for",
            received.on(),
            renews.expires_on
        );
        let at = vec![received.position()];
        bench.find(FindingKind::RenewalAppliedLate, received.on(), at, detail);
    } else if decided.is_none_or(|act| act.on() > renews.expires_on) {
        let detail = format!(
            "licence {} expired on {} without a decision; renewed by law",
            renews.licence_no, renews.expires_on
        );
        let on = day_after(renews.expires_on);
        bench.find(FindingKind::RenewalDeemedGranted, on, vec![received.position()], detail);
    }
}

/// Whether a closing settles the application. Closing as normal or as forwarded decides nothing.
fn settles(closure: Closure) -> bool {
    matches!(closure, Closure::Refused | Closure::Withdrawn | Closure::Void)
}
