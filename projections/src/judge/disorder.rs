//! 失序: what contradicts itself: twice the same, refusals without reasons, acts after the end.

use std::collections::BTreeMap;

use tongjian_events::Event;
use tongjian_events::case::{Handling, Outcome};

use super::bench::Bench;
use super::ends;
use super::receipt::Acceptance;
use crate::finding::FindingKind;

/// What contradicts itself: twice the same, refusals without reasons, acts after the end.
pub(super) fn judge(bench: &mut Bench<'_>) {
    let mut first: BTreeMap<FindingKind, u64> = BTreeMap::new();
    let over = bench.acts.iter().position(|act| ends::closes(&act.event));
    let over = over.and_then(|at| Some((bench.acts.get(at)?.on(), at)));
    let acts = bench.acts;
    for (index, act) in acts.iter().enumerate() {
        let twice = match &*act.event {
            Event::ApplicationAccepted(_) => Some(FindingKind::AcceptedTwice),
            Event::DecisionMade(_) => Some(FindingKind::DecidedTwice),
            _ => None,
        };
        if let Some(kind) = twice {
            if let Some(before) = first.get(&kind) {
                let detail = format!("at positions {before} and {}", act.position());
                bench.find(kind, act.on(), vec![*before, act.position()], detail);
            } else {
                first.insert(kind, act.position());
            }
        }
        let silent = match &*act.event {
            Event::DecisionMade(body)
                if body.outcome == Outcome::Refused && body.reasons.is_none() =>
            {
                Some(FindingKind::RefusedWithoutReasons)
            }
            Event::ApplicationNotAccepted(body) if body.reasons.is_none() => {
                Some(FindingKind::NotAcceptedWithoutReasons)
            }
            Event::CaseReturned(body) if body.reasons.is_none() => {
                Some(FindingKind::ReturnedWithoutReasons)
            }
            _ => None,
        };
        if let Some(kind) = silent {
            let detail = format!("on {}, no reasons were given", act.on());
            bench.find(kind, act.on(), vec![act.position()], detail);
        }
        let decisive = matches!(
            &*act.event,
            Event::ApplicationAccepted(_)
                | Event::DecisionMade(_)
                | Event::OneOffNoticeGiven(_)
                | Event::ExcludedProcedureStarted(_)
                | Event::ExtensionApproved(_)
        );
        if let Some((ended, _)) = over.filter(|(_, at)| decisive && index > *at) {
            let detail = format!("the case was over on {ended}, this happened on {}", act.on());
            bench.find(FindingKind::ActAfterEnd, act.on(), vec![act.position()], detail);
        }
    }
}

/// Decided although nothing was accepted, by the window or by law; and accepted under another
/// handling system than received, which moves the promise.
pub(super) fn acceptance(bench: &mut Bench<'_>, accepted: Option<Acceptance>) {
    let received = bench.acts.iter().find_map(|act| match &*act.event {
        Event::ApplicationReceived(body) => Some((act, body.handling)),
        _ => None,
    });
    let Some((received, handling)) = received else { return };
    let decided = bench.first(|e| matches!(e, Event::DecisionMade(_)));
    let answered = bench
        .first(|e| matches!(e, Event::ApplicationAccepted(_) | Event::ApplicationNotAccepted(_)));
    if let Some(decided) = decided.filter(|_| accepted.is_none() && answered.is_none())
        && handling != Handling::Direct
    {
        let detail = format!("received on {}, decided on {}", received.on(), decided.on());
        let positions = vec![received.position(), decided.position()];
        bench.find(FindingKind::DecidedWithoutAcceptance, decided.on(), positions, detail);
    }
    let other = bench.acts.iter().find_map(|act| match &*act.event {
        Event::ApplicationAccepted(body) if body.handling != handling => Some((act, body.handling)),
        _ => None,
    });
    if let Some((other, now)) = other {
        let detail = format!("received on {} as {handling}, accepted as {now}", received.on());
        let positions = vec![received.position(), other.position()];
        let on = other.on().max(received.on());
        bench.find(FindingKind::HandlingChanged, on, positions, detail);
    }
}

/// What lacks the paper or the second person that it needs: a fee without a receipt, and a case
/// declared void with the approval of who received, accepted or voided it. The case is void all
/// the same.
pub(super) fn unsupported(bench: &mut Bench<'_>) {
    let acts = bench.acts;
    let handles = |event: &Event| {
        matches!(event, Event::ApplicationReceived(_) | Event::ApplicationAccepted(_))
    };
    for act in acts {
        let (kind, by, detail) = match &*act.event {
            Event::FeePaid(body) if body.receipt_no.is_none() => {
                let detail =
                    format!("{} fen were paid on {}, no receipt", body.amount_fen.get(), act.on());
                (FindingKind::FeePaidWithoutReceipt, None, detail)
            }
            Event::CaseVoided(body) => {
                let mut own = acts.iter().filter(|own| {
                    (handles(&own.event) || own.position() == act.position())
                        && own.act.actor == body.approver
                });
                let Some(own) = own.next() else { continue };
                let detail = format!(
                    "void on {} with the approval of {}, who had entered {}",
                    act.on(),
                    body.approver,
                    own.event.wire_name()
                );
                (FindingKind::VoidSelfApproved, Some(own.position()), detail)
            }
            _ => continue,
        };
        let mut positions = vec![act.position()];
        positions.extend(by);
        bench.find(kind, act.on(), positions, detail);
    }
}
