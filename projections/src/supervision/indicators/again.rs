//! D08 拆分重置: the same applicant's same matter, received again soon after it was void or given
//! back.

use super::{Context, Fact, Indicator, Stated};
use crate::supervision::traces::Applied;

/// One indicator per application that begins again what came back shortly before.
pub(super) fn received(facts: &[Stated], context: &Context) -> Vec<Indicator> {
    let applications = || {
        facts.iter().filter_map(|stated| match &stated.fact {
            Fact::Applied(applied) => Some((stated, &**applied)),
            _ => None,
        })
    };
    let mut ordered: Vec<(&Stated, &Applied)> = applications().collect();
    ordered.sort_by_key(|(stated, applied)| (applied.received, stated.position));
    let mut back: Vec<_> =
        applications().filter_map(|(stated, applied)| Some((applied.came_back?, stated))).collect();
    back.sort_by_key(|((at, ..), stated)| (*at, stated.position));
    let (mut before, mut last) = (back.into_iter().peekable(), None);
    let mut found = Vec::new();
    for (stated, applied) in ordered {
        while let Some(came) = before.next_if(|((at, ..), _)| *at <= applied.received) {
            last = Some(came);
        }
        let Some(((_, on, position), other)) = last else { continue };
        let rules = context.policies().indicators.on(stated.on);
        let Some(limits) = rules.and_then(|rules| rules.clock_reset) else { continue };
        let calendar = context.jurisdiction(&applied.site).calendar;
        let most = i64::from(limits.again_within_working_days.get());
        let soon = calendar.elapsed(on, stated.on).is_ok_and(|days| days <= most);
        if soon && other.stream != stated.stream {
            found.push(Indicator {
                rule: "D08",
                kind: "received_again",
                object: stated.stream.clone(),
                arises_on: stated.on,
                positions: vec![position, stated.position],
                detail: format!(
                    "received on {}; the same applicant's {} had come back on {on}",
                    stated.on, other.stream
                ),
            });
        }
    }
    found
}
