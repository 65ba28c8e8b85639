//! D20 改動記錄: a broken chain, and too many corrections.

use super::{Fact, Indicator, Scene, is_over};

/// A break that somebody found shows on its day.
pub(super) fn chain(scene: &Scene<'_>) -> Vec<Indicator> {
    if scene.rules.corrections.is_none() {
        return Vec::new();
    }
    let breaks = scene.facts.iter().filter(|stated| stated.fact == Fact::ChainBroken);
    breaks
        .map(|stated| {
            let detail = format!("the chain was found broken on {}", stated.on);
            let mut found = scene.of_site("D20", "chain_broken", vec![stated.position], detail);
            found.arises_on = stated.on;
            found
        })
        .collect()
}

/// Shows when the month is over.
pub(super) fn too_much(scene: &Scene<'_>) -> Vec<Indicator> {
    let Some(limits) = scene.rules.corrections else { return Vec::new() };
    let entries = || scene.cases().flat_map(|(_, traces)| &traces.entries);
    let corrections = entries().filter(|act| act.corrects).map(|act| act.position);
    let (all, positions): (usize, Vec<u64>) = (entries().count(), corrections.collect());
    let enough = all >= limits.least_acts.get() as usize;
    if !enough || !is_over(positions.len(), all, limits.share_over_percent.get()) {
        return Vec::new();
    }
    let detail = format!("{} of {all} acts of {} are corrections", positions.len(), scene.month);
    vec![scene.of_site("D20", "too_many_corrections", positions, detail)]
}
