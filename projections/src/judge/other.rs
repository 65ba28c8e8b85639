//! 投訴: the clocks of complaints.

use tongjian_events::Event;
use tongjian_events::complaint::ComplaintRoute;

use super::bench::{Bench, Draft, mark};
use super::receipt::no_rules;
use crate::clock::{ClockKind, Limit};
use crate::finding::FindingKind;

/// A complaint: five working days to accept and ten to answer; as a petition fifteen and sixty
/// calendar days, rolled forward off a day off.
pub(super) fn complaint(bench: &mut Bench<'_>) {
    let Some(received) = bench.first(|e| matches!(e, Event::ComplaintReceived(_))) else { return };
    let Event::ComplaintReceived(body) = &*received.event else { return };
    bench.summary.received_on = Some(received.on());
    let Some(rules) = bench.rules(received.on()) else { return no_rules(bench, received) };
    let (accept, answer) = match body.route {
        ComplaintRoute::ESupervision => (
            Limit::WorkingDays(u32::from(rules.complaint_acceptance_working_days.get())),
            Limit::WorkingDays(u32::from(rules.complaint_answer_working_days.get())),
        ),
        ComplaintRoute::Petition => (
            Limit::CalendarDays(u32::from(rules.petition_acceptance_calendar_days.get())),
            Limit::CalendarDays(u32::from(rules.petition_answer_calendar_days.get())),
        ),
    };
    let said = bench.first(|e| {
        matches!(
            e,
            Event::ComplaintAccepted(_)
                | Event::ComplaintNotAccepted(_)
                | Event::ComplaintTransferred(_)
                | Event::ComplaintReplied(_)
        )
    });
    let answered = bench.first(|e| {
        matches!(
            e,
            Event::ComplaintReplied(_)
                | Event::ComplaintNotAccepted(_)
                | Event::ComplaintTransferred(_)
        )
    });
    let acts = bench.acts;
    for act in acts {
        let Event::ComplaintNotAccepted(body) = &*act.event else { continue };
        if body.reasons.is_none() {
            let detail = format!("on {}, no reasons were given", act.on());
            let kind = FindingKind::ComplaintNotAcceptedWithoutReasons;
            bench.find(kind, act.on(), vec![act.position()], detail);
        }
    }
    let start = mark(received);
    bench.run(Draft::new(ClockKind::ComplaintAcceptance, start, accept).done_by(said.map(mark)));
    bench.run(Draft::new(ClockKind::ComplaintAnswer, start, answer).done_by(answered.map(mark)));
}
