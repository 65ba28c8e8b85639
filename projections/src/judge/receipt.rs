//! 受理: from receipt to the day from which the decision clocks run (art. 32).

use tongjian_events::Event;

use chrono::NaiveDate;

use super::bench::{Bench, Draft, Mark, mark};
use crate::clock::{ClockKind, Ending, Limit};
use crate::context::day_after;
use crate::finding::FindingKind;
use crate::matter::Effective;

/// From when the decision clocks run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Acceptance {
    /// The day from which the case counts as accepted, and the act that makes it so.
    pub(super) start: Mark,
    /// Civil minutes since midnight of that act, where it is an act of acceptance.
    pub(super) minutes: Option<u32>,
    /// The first day on which that is known.
    pub(super) arises_on: NaiveDate,
    /// Whether the law accepted, by silence.
    pub(super) deemed: bool,
}

/// Runs the receipt clock; `None` where nothing was accepted.
pub(super) fn judge(bench: &mut Bench<'_>, over: Option<(Mark, Ending)>) -> Option<Acceptance> {
    let accepted = bench.first(|e| matches!(e, Event::ApplicationAccepted(_)));
    let Some(received) = bench.first(|e| matches!(e, Event::ApplicationReceived(_))) else {
        return accepted.map(by_act).or_else(|| by_engine(bench));
    };
    bench.summary.received_on = Some(received.on());
    order(bench, received, accepted);
    let answer =
        bench.acts.iter().find(|act| answers(act) && act.position() != received.position());
    // Never answered: what ends the case ends the waiting, and it stays missed.
    let decided = bench.first(|e| matches!(e, Event::DecisionMade(_)));
    let decided = decided.filter(|_| answer.is_none()).map(|act| (mark(act), Ending::Stopped));
    let over = over.or(decided);
    let stop = over.filter(|(end, _)| answer.is_none_or(|a| end.on < a.on()));
    let Some(rules) = bench.rules(received.on()) else {
        no_rules(bench, received);
        return accepted.map(by_act);
    };
    let limit = Limit::WorkingDays(u32::from(rules.receipt_working_days.get()));
    let mut draft = Draft::new(ClockKind::Receipt, mark(received), limit);
    draft.end = stop.or_else(|| answer.map(|act| (mark(act), Ending::Done)));
    let ended_on = draft.end.map(|(end, _)| end.on);
    bench.run(draft);
    let due = bench.clocks.last().and_then(|clock| clock.due_on)?;
    if ended_on.is_none_or(|on| on > due) {
        return Some(deemed(bench, received, answer, due));
    }
    match &*answer?.event {
        Event::ApplicationAccepted(_) => accepted.map(by_act),
        Event::OneOffNoticeGiven(_) => after_notice(bench, answer?, accepted),
        _ => after_refusal(bench, answer?, accepted),
    }
}

pub(super) fn answers(act: &Effective<'_>) -> bool {
    matches!(
        &*act.event,
        Event::OneOffNoticeGiven(_)
            | Event::ApplicationAccepted(_)
            | Event::ApplicationNotAccepted(_)
    )
}

fn by_act(accepted: &Effective<'_>) -> Acceptance {
    Acceptance {
        start: mark(accepted),
        minutes: Some(minutes(accepted)),
        arises_on: accepted.on(),
        deemed: false,
    }
}

/// A case of which only the engine's act is known, and nothing that it rests on was annulled.
fn by_engine(bench: &Bench<'_>) -> Option<Acceptance> {
    bench.acts.iter().find_map(|act| match &*act.event {
        Event::ApplicationDeemedAccepted(body)
            if !bench.annulled.iter().any(|(of, _)| body.grounds.iter().any(|g| g.0 == *of)) =>
        {
            Some(Acceptance {
                start: Mark { on: body.effective_on, position: act.position(), at: act.at },
                minutes: None,
                arises_on: act.on(),
                deemed: true,
            })
        }
        _ => None,
    })
}

/// Silence past the due day: accepted from the day of receipt.
fn deemed(
    bench: &mut Bench<'_>,
    received: &Effective<'_>,
    answer: Option<&Effective<'_>>,
    due: NaiveDate,
) -> Acceptance {
    let arises_on = day_after(due);
    let mut positions = vec![received.position()];
    positions.extend(answer.map(Effective::position));
    let until = answer.map_or("nothing was answered since".into(), |act| {
        format!("the answer came on {}", act.on())
    });
    let detail = format!(
        "received on {}, an answer was due on {due}; {until}; accepted by law from {}",
        received.on(),
        received.on()
    );
    bench.find(FindingKind::DeemedAcceptedBySilence, arises_on, positions, detail);
    if let Some(late) = answer.filter(|act| act.on() > due) {
        let kind = match &*late.event {
            Event::OneOffNoticeGiven(_) => Some(FindingKind::NoticeGivenLate),
            Event::ApplicationNotAccepted(_) => Some(FindingKind::NotAcceptedAfterDeemedAcceptance),
            _ => None,
        };
        if let Some(kind) = kind {
            let detail = format!("given on {}, due on {due}", late.on());
            bench.find(kind, late.on(), vec![received.position(), late.position()], detail);
        }
    }
    Acceptance { start: mark(received), minutes: None, arises_on, deemed: true }
}

/// After a notice in time, the time runs from the day on which the materials are complete.
fn after_notice(
    bench: &mut Bench<'_>,
    notice: &Effective<'_>,
    accepted: Option<&Effective<'_>>,
) -> Option<Acceptance> {
    let complete = bench.acts.iter().find(|act| {
        act.civil >= notice.civil
            && matches!(&*act.event, Event::SupplementReceived(body) if body.complete)
    });
    let refused = bench.first(|e| matches!(e, Event::ApplicationNotAccepted(_)));
    if let Some((complete, refused)) = complete.zip(refused.filter(|act| act.at >= notice.at)) {
        refused_though_complete(bench, complete, refused);
    }
    let Some(complete) = complete else {
        return accepted.filter(|act| act.at >= notice.at).map(by_act);
    };
    if let Some(late) = accepted.filter(|act| act.on() > complete.on()) {
        let detail = format!(
            "the materials were complete on {}, acceptance was entered for {}",
            complete.on(),
            late.on()
        );
        let positions = vec![complete.position(), late.position()];
        bench.find(FindingKind::AcceptedAfterMaterialsComplete, late.on(), positions, detail);
    }
    if let Some(early) = accepted.filter(|act| act.on() < complete.on() && act.at >= notice.at) {
        return Some(by_act(early));
    }
    Some(Acceptance {
        start: mark(complete),
        minutes: Some(minutes(complete)),
        arises_on: complete.on(),
        deemed: false,
    })
}

/// What was asked for is there, and acceptance is refused all the same: who supplies everything
/// must be accepted (art. 32(5)).
fn refused_though_complete(
    bench: &mut Bench<'_>,
    complete: &Effective<'_>,
    refused: &Effective<'_>,
) {
    if refused.at < complete.at {
        return;
    }
    let detail = format!(
        "the materials were complete on {}, acceptance was refused on {}",
        complete.on(),
        refused.on()
    );
    let positions = vec![complete.position(), refused.position()];
    let kind = FindingKind::NotAcceptedThoughComplete;
    bench.find(kind, refused.on(), positions, detail);
}

/// Refused, and accepted after all: the clocks run from the acceptance, and it is shown.
fn after_refusal(
    bench: &mut Bench<'_>,
    refused: &Effective<'_>,
    accepted: Option<&Effective<'_>>,
) -> Option<Acceptance> {
    let later = accepted.filter(|act| act.at >= refused.at)?;
    let detail = format!("acceptance was refused on {}, given on {}", refused.on(), later.on());
    let positions = vec![refused.position(), later.position()];
    bench.find(FindingKind::ActAfterEnd, later.on(), positions, detail);
    Some(by_act(later))
}

/// What is out of order among receipt, notices and acceptances.
fn order(bench: &mut Bench<'_>, received: &Effective<'_>, accepted: Option<&Effective<'_>>) {
    let notices: Vec<_> = bench.every(|e| matches!(e, Event::OneOffNoticeGiven(_))).collect();
    if let Some((first, again)) = notices.split_first() {
        for notice in again {
            let detail = format!(
                "told on {} and again on {}; everything is told once",
                first.on(),
                notice.on()
            );
            let positions = vec![first.position(), notice.position()];
            bench.find(FindingKind::NoticeGivenTwice, notice.on(), positions, detail);
        }
    }
    if let Some(early) = accepted.filter(|act| act.at < received.at) {
        let detail = format!("accepted on {}, received on {}", early.on(), received.on());
        let positions = vec![received.position(), early.position()];
        bench.find(FindingKind::AcceptedBeforeReceived, received.on(), positions, detail);
    }
}

pub(super) fn no_rules(bench: &mut Bench<'_>, act: &Effective<'_>) {
    let detail =
        format!("no clock rules were in force on {}; legal limits are not judged", act.on());
    bench.find(FindingKind::NoRuleInForce, act.on(), vec![act.position()], detail);
}

/// Civil minutes since midnight.
pub(super) fn minutes(act: &Effective<'_>) -> u32 {
    use chrono::Timelike as _;
    act.civil.hour() * 60 + act.civil.minute()
}
