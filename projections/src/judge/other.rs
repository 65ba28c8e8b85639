//! 投訴與紅黃牌: the clocks of complaints and of cards.

use tongjian_events::Event;
use tongjian_events::card::AppealOutcome;
use tongjian_events::complaint::ComplaintRoute;

use super::bench::{Bench, Draft, mark};
use super::receipt::no_rules;
use crate::clock::{ClockKind, Ending, Limit};
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

/// A card: five working days to answer it, or what the card itself says. A warning and a serious
/// violation ask for an answer only where they say by when. A card that was withdrawn or closed
/// waits no longer.
pub(super) fn card(bench: &mut Bench<'_>) {
    let issued = bench.acts.iter().find_map(|act| {
        let (own, by_rule) = match &*act.event {
            Event::YellowCardIssued(body) => (body.reply_working_days, true),
            Event::RedCardIssued(body) => (body.reply_working_days, true),
            Event::UnitCardIssued(body) => (body.reply_working_days, true),
            Event::WarningRaised(body) => (body.reply_working_days, false),
            Event::SeriousViolationMarked(body) => (body.reply_working_days, false),
            _ => return None,
        };
        (own.is_some() || by_rule).then_some((act, own))
    });
    let Some((issued, own)) = issued else { return };
    let rules = bench.rules(issued.on()).map(|rules| rules.card_reply_working_days);
    let Some(days) = own.or(rules) else { return no_rules(bench, issued) };
    let end = bench.acts.iter().find_map(|act| match &*act.event {
        Event::CardAnswered(_) => Some((mark(act), Ending::Done)),
        Event::AppealDecided(body) if body.outcome == AppealOutcome::Withdrawn => {
            Some((mark(act), Ending::Stopped))
        }
        Event::CardClosed(_) => Some((mark(act), Ending::Stopped)),
        _ => None,
    });
    let limit = Limit::WorkingDays(u32::from(days.get()));
    let mut draft = Draft::new(ClockKind::CardReply, mark(issued), limit);
    draft.end = end;
    bench.run(draft);
}
