//! 紅黃牌: the clocks of cards.

use tongjian_events::Event;
use tongjian_events::card::AppealOutcome;

use super::bench::{Bench, Draft, mark};
use super::receipt::no_rules;
use crate::clock::{ClockKind, Ending, Limit};

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
