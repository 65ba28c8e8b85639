//! D15 插隊: what is limited in number is accepted in the order in which it was complete (art. 57).

use tongjian_events::Event;

use super::{Context, Fact, Indicator, Month, Stated};
use crate::supervision::traces::Queued;

/// One indicator per application that was accepted in the month out of turn. The docket holds all
/// that stood in the queue during the month.
pub(super) fn jumped(month: Month, facts: &[Stated], context: &Context) -> Vec<Indicator> {
    if !is_limited(facts) {
        return Vec::new();
    }
    let mut queue: Vec<(Queued, &Stated)> = facts
        .iter()
        .filter_map(|stated| match stated.fact {
            Fact::Queued(queued) => Some((queued, stated)),
            _ => None,
        })
        .collect();
    queue.sort_by_key(|(queued, _)| (queued.ready, queued.ready_by));
    let mut found = Vec::new();
    let mut before = queue.iter().peekable();
    let mut longest: Option<&(Queued, &Stated)> = None;
    for (own, stated) in &queue {
        let rules = context.policies().indicators.on(own.accepted_on);
        let Some(limits) = rules.and_then(|rules| rules.queue_jump) else { continue };
        let least = i64::from(limits.over_minutes.get()) * 60_000_000;
        // Of those that were complete before, the one that waited longest.
        while let Some(other) = before.next_if(|(other, _)| other.ready + least < own.ready) {
            let accepted = |of: &(Queued, &Stated)| (of.0.accepted, of.0.accepted_by);
            if longest.is_none_or(|longest| accepted(other) > accepted(longest)) {
                longest = Some(other);
            }
        }
        let Some((passed, waiting)) = longest.filter(|(of, _)| of.accepted > own.accepted) else {
            continue;
        };
        if Month::holding(own.accepted_on) == month {
            found.push(Indicator {
                rule: "D15",
                kind: "queue_jump",
                object: stated.stream.clone(),
                arises_on: own.accepted_on,
                positions: vec![own.ready_by, own.accepted_by, passed.ready_by, passed.accepted_by],
                detail: format!(
                    "{} was accepted on {}, before {}, which was complete earlier",
                    stated.stream, own.accepted_on, waiting.stream
                ),
            });
        }
    }
    found
}

/// Whether the item's register says that it is limited in number; its last registration holds.
fn is_limited(facts: &[Stated]) -> bool {
    let registered = facts.iter().filter_map(|stated| match &stated.fact {
        Fact::Act(act) => match &act.event {
            Event::ItemRegistered(body) => Some((act.occurred_at, stated.position, body)),
            _ => None,
        },
        _ => None,
    });
    let last = registered.max_by_key(|(at, position, _)| (*at, *position));
    last.is_some_and(|(_, _, body)| body.quantity_limited == Some(true))
}
