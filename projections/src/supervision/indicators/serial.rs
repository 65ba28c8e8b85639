//! D19 序號缺口: serial numbers of a connected or offline system that never came in.

use std::collections::BTreeMap;

use tongjian_events::values::Name;
use tongjian_events::{Event, SiteCode};

use super::{Context, Fact, Indicator, Stated};

/// One indicator per hole between two batches, from the day on which the later numbers came.
pub(super) fn holes(site: &SiteCode, facts: &[Stated], context: &Context) -> Vec<Indicator> {
    let mut systems: BTreeMap<&Name, Vec<(u32, u32, &Stated)>> = BTreeMap::new();
    for stated in facts {
        let Fact::Act(act) = &stated.fact else { continue };
        let Event::BatchReceived(body) = &act.event else { continue };
        if let (Some(first), Some(last)) = (body.first_serial_no, body.last_serial_no) {
            systems.entry(&body.system).or_default().push((first.get(), last.get(), stated));
        }
    }
    let mut found = Vec::new();
    for (system, mut batches) in systems {
        batches.sort_by_key(|(first, last, stated)| (*first, *last, stated.position));
        let Some((_, mut seen, mut before)) = batches.first().copied() else { continue };
        for (first, last, batch) in batches.into_iter().skip(1) {
            let rules = context.policies().indicators.on(batch.on);
            let judged = rules.is_some_and(|rules| rules.sequence_gap.is_some());
            if judged && first > seen.saturating_add(1) {
                found.push(Indicator {
                    rule: "D19",
                    kind: "serial_hole",
                    object: format!("site/{site}"),
                    arises_on: batch.on.max(before.on),
                    positions: vec![before.position, batch.position],
                    detail: format!(
                        "of {system} the numbers {} to {} never came in",
                        seen + 1,
                        first - 1
                    ),
                });
            }
            if last >= seen {
                (seen, before) = (last, batch);
            }
        }
    }
    found
}
