//! 紅黃牌: the clock of a card, and what is irregular in its appeal. An appeal on other grounds than
//! the policy admits, or a decision by who issued the card, is a fact, and is found.

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::card::{AppealOutcome, CardClosure};
use tongjian_events::policy::CardPolicyAdopted;

use super::bench::{Bench, Draft, mark};
use super::receipt::no_rules;
use crate::clock::{ClockKind, Ending, Limit};
use crate::context::day_after;
use crate::finding::FindingKind;
use crate::matter::Effective;
use crate::supervision::cards::life::Life;

/// A card: five working days to answer it, or what the card itself says. A warning and a serious
/// violation ask for an answer only where they say by when. A card that was withdrawn or closed
/// waits no longer.
pub(super) fn judge(bench: &mut Bench<'_>) {
    let Some(life) = Life::of(bench.acts) else { return };
    // A card belongs to the unit it is about, whoever entered it.
    if let Some(site) = life.site() {
        bench.summary.site = Some(site);
    }
    bench.summary.item = life.subject.item.as_ref().map(ToString::to_string);
    reply(bench, &life);
    let policy = life.policy(bench.context);
    let appealed = life.appeals.first().copied();
    for decision in &life.decisions {
        if appealed.is_none_or(|appeal| appeal.at > decision.at) {
            let detail = format!("decided on {}, nobody had appealed", decision.on());
            let kind = FindingKind::AppealDecisionWithoutAppeal;
            bench.find(kind, decision.on(), vec![decision.position()], detail);
        }
        involved(bench, &life, decision);
    }
    if let Some((appeal, policy)) = appealed.zip(policy) {
        appeals(bench, &life, policy);
        decision_due(bench, &life, appeal, policy);
    }
    if let Some((closed, CardClosure::Withdrawn)) = life.closed
        && life.withdrawn.is_none_or(|withdrawn| withdrawn.at > closed.at)
    {
        let detail = format!("closed as withdrawn on {}, no appeal was decided so", closed.on());
        let kind = FindingKind::CardWithdrawnWithoutDecision;
        bench.find(kind, closed.on(), vec![closed.position()], detail);
    }
}

fn reply(bench: &mut Bench<'_>, life: &Life<'_>) {
    let Some(own) = life.asks_for_an_answer() else { return };
    let rules = bench.rules(life.issued.on()).map(|rules| rules.card_reply_working_days);
    let Some(days) = own.or(rules) else { return no_rules(bench, life.issued) };
    let end = bench.acts.iter().find_map(|act| match &*act.event {
        Event::CardAnswered(_) => Some((mark(act), Ending::Done)),
        Event::AppealDecided(body) if body.outcome == AppealOutcome::Withdrawn => {
            Some((mark(act), Ending::Stopped))
        }
        Event::CardClosed(_) => Some((mark(act), Ending::Stopped)),
        _ => None,
    });
    let limit = Limit::WorkingDays(u32::from(days.get()));
    let mut draft = Draft::new(ClockKind::CardReply, mark(life.issued), limit);
    draft.end = end;
    bench.run(draft);
}

/// What is irregular in each appeal: its day, its ground, its evidence.
fn appeals(bench: &mut Bench<'_>, life: &Life<'_>, policy: &CardPolicyAdopted) {
    let due = life.appeal_due(policy, bench.place.calendar);
    for appeal in &life.appeals {
        let Event::CardAppealed(body) = &*appeal.event else { continue };
        let (on, at) = (appeal.on(), vec![life.issued.position(), appeal.position()]);
        if let Some(due) = due.filter(|due| on > *due) {
            let days = policy.appeal_working_days;
            let detail =
                format!("appealed on {on}, {days} working days after the notice were {due}");
            bench.find(FindingKind::AppealTooLate, on, at.clone(), detail);
        }
        if !policy.appeal_grounds.contains(&body.ground) {
            let detail = format!(
                "appealed on {on} on {}, which edition {} does not admit",
                body.ground, policy.edition
            );
            bench.find(FindingKind::AppealGroundNotAdmitted, on, at.clone(), detail);
        }
        if body.evidence.is_empty() {
            let detail = format!("appealed on {on} without evidence");
            bench.find(FindingKind::AppealWithoutEvidence, on, at, detail);
        }
    }
}

fn decision_due(
    bench: &mut Bench<'_>,
    life: &Life<'_>,
    appeal: &Effective<'_>,
    policy: &CardPolicyAdopted,
) {
    let Some(due) = life.decision_due(policy, bench.place.calendar) else { return };
    let decided = life.decisions.iter().find(|decision| decision.at >= appeal.at);
    if decided.is_some_and(|decided| decided.on() <= due) {
        return;
    }
    let so_far = decided.map_or("it is undecided".into(), |d| format!("decided on {}", d.on()));
    let detail = format!("appealed on {}, a decision was due on {due}; {so_far}", appeal.on());
    let positions = [Some(appeal.position()), decided.map(|decided| decided.position())];
    let positions = positions.into_iter().flatten().collect();
    bench.find(FindingKind::AppealDecisionOverdue, day_after(due), positions, detail);
}

/// Decided by somebody who has a part in the card: who issued it, whom it is about, who answered or
/// appealed. The decision stands, and is seen.
fn involved(bench: &mut Bench<'_>, life: &Life<'_>, decision: &Effective<'_>) {
    let Some((part, by)) = life.part_of_decider(decision) else { return };
    let Event::AppealDecided(body) = &*decision.event else { return };
    let on: NaiveDate = decision.on();
    let detail = format!("decided on {on} by {}, {part}", body.decided_by);
    let positions = vec![by, decision.position()];
    bench.find(FindingKind::AppealDecidedByInvolved, on, positions, detail);
}
