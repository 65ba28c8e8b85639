//! 否定報備: whoever says no files it with the superior the same day. Judged where the card policy in
//! force on that day has a rule for it, and for the handling systems that the rule names: others
//! need not.

use tongjian_events::case::Outcome;
use tongjian_events::policy::CardTrigger;
use tongjian_events::{Entry, Event};

use super::bench::Bench;
use crate::context::day_after;
use crate::finding::FindingKind;

/// Finds the refusals, of acceptance, of the application, of the papers, that were not filed by the
/// end of their day.
pub(super) fn judge(bench: &mut Bench<'_>) {
    let acts = bench.acts;
    for act in acts {
        let negative = match &*act.event {
            Event::ApplicationNotAccepted(_) | Event::CaseReturned(_) => true,
            Event::DecisionMade(body) => body.outcome == Outcome::Refused,
            _ => false,
        };
        let on = act.on();
        let handling = bench.summary.handling;
        let asked = || {
            let policy = bench.context.policies().cards.on(on);
            policy.is_some_and(|policy| {
                let mut rows = policy.ladder.iter();
                rows.any(|row| {
                    row.trigger == CardTrigger::NegativeDecisionNotFiled && row.is_for(handling)
                })
            })
        };
        if !negative || act.act.entry == Entry::Import || !asked() {
            continue;
        }
        let filed = acts.iter().find(|filed| match &*filed.event {
            Event::NegativeDecisionFiled(body) => body.refers_to == act.act.id,
            _ => false,
        });
        if filed.is_some_and(|filed| filed.on() <= on) {
            continue;
        }
        let when =
            filed.map_or("was not filed".into(), |filed| format!("was filed on {}", filed.on()));
        let detail = format!("what was refused on {on} {when}; due the same day");
        let positions = [Some(act.position()), filed.map(|filed| filed.position())];
        let positions = positions.into_iter().flatten().collect();
        bench.find(FindingKind::NegativeDecisionNotFiled, day_after(on), positions, detail);
    }
}
