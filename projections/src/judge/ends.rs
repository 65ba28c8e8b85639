//! 終結: how a case ends otherwise than by decision and delivery, and what comes after.

use tongjian_events::Event;
use tongjian_events::case::Closure;

use super::bench::{Bench, Mark, mark};
use super::receipt::Acceptance;
use crate::clock::Ending;
use crate::finding::FindingKind;
use crate::matter::Effective;

/// How an act ends a case; `None` where it does not.
fn end(act: &Effective<'_>) -> Option<(Option<Closure>, Ending)> {
    match &*act.event {
        Event::CaseReturned(_) => Some((None, Ending::Stopped)),
        Event::ApplicationWithdrawn(_) => Some((Some(Closure::Withdrawn), Ending::Stopped)),
        Event::CaseVoided(_) => Some((Some(Closure::Void), Ending::Stopped)),
        Event::CaseClosed(body) => match body.closure {
            Closure::Normal | Closure::Refused => Some((Some(body.closure), Ending::Done)),
            _ => Some((Some(body.closure), Ending::Stopped)),
        },
        _ => None,
    }
}

/// Whether an act closes a case for good: what was only returned may be brought again.
pub(super) fn closes(event: &Event) -> bool {
    matches!(event, Event::ApplicationWithdrawn(_) | Event::CaseVoided(_) | Event::CaseClosed(_))
}

/// The first act that ended the case otherwise than by decision and delivery.
pub(super) fn first(bench: &mut Bench<'_>) -> Option<(Mark, Ending)> {
    let acts = bench.acts;
    let (act, (closure, ending)) = acts.iter().find_map(|act| Some((act, end(act)?)))?;
    bench.summary.closed_on = Some(act.on());
    bench.summary.closure = closure;
    let decided = bench.first(|e| {
        matches!(
            e,
            Event::DecisionMade(_)
                | Event::ApplicationNotAccepted(_)
                | Event::UpperResultReceived(_)
        )
    });
    if closure == Some(Closure::Normal) && decided.is_none() {
        let detail = format!("closed as normal on {} although nothing was decided", act.on());
        bench.find(FindingKind::ClosedWithoutDecision, act.on(), vec![act.position()], detail);
    }
    Some((mark(act), ending))
}

/// The end that counts for the clocks of an acceptance. Returned, withdrawn or void, and accepted
/// after all: the case runs on to its next end. One closed before it was accepted contradicts
/// itself, and stays so.
pub(super) fn after(
    bench: &mut Bench<'_>,
    over: Option<(Mark, Ending)>,
    acceptance: Option<Acceptance>,
) -> Option<(Mark, Ending)> {
    let (Some((ended, _)), Some(acceptance)) = (over, acceptance) else { return over };
    let acts = bench.acts;
    let closed = acts
        .iter()
        .any(|act| act.position() == ended.position && matches!(&*act.event, Event::CaseClosed(_)));
    if closed || ended.at >= acceptance.start.at {
        return over;
    }
    let mut later = acts.iter().filter(|act| act.at >= acceptance.start.at);
    let next = later.find_map(|act| Some((act, end(act)?)));
    bench.summary.closed_on = next.map(|(act, _)| act.on());
    bench.summary.closure = next.and_then(|(_, (closure, _))| closure);
    next.map(|(act, (_, ending))| (mark(act), ending))
}
