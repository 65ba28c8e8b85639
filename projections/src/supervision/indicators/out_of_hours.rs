//! D11 非辦公時間錄入: acts entered by hand when the site was closed.

use super::hours::Hours;
use super::{Indicator, Scene, is_over};
use crate::supervision::evidence::is_by_hand;

/// What a system, a device or an import sends comes at its own hours; only what was entered at a
/// window counts.
pub(super) fn entered(scene: &Scene<'_>) -> Vec<Indicator> {
    let Some(limits) = scene.rules.out_of_hours else { return Vec::new() };
    let hours = Hours::of(scene);
    let (mut all, mut closed) = (0, Vec::new());
    for (_, traces) in scene.cases() {
        for act in traces.entries.iter().filter(|act| is_by_hand(act.entry)) {
            all += 1;
            if hours.is_closed(act.entered) == Some(true) {
                closed.push(act.position);
            }
        }
    }
    let enough = all >= limits.least_acts.get() as usize;
    if !enough || !is_over(closed.len(), all, limits.share_over_percent.get()) {
        return Vec::new();
    }
    let detail = format!(
        "{} of {all} acts of {} were entered while the site was closed",
        closed.len(),
        scene.month
    );
    vec![scene.of_site("D11", "out_of_hours", closed, detail)]
}
