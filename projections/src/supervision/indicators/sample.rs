//! D21 抽查: the monthly sample of a site's cases for call-back, and how often what was checked
//! agrees with the chronicle.

use tongjian_events::recorded::leaf;

use super::{Fact, Indicator, Lines, Scene};
use crate::supervision::traces::Decided;

/// Draws the sample of the cases decided in the month. The lots are the digests of case and month:
/// the same for everybody, and of no order that anybody can wish for.
pub(super) fn draw(scene: &Scene<'_>, out: &mut Lines) {
    let Some(limits) = scene.rules.sampling else { return };
    let lot = |case: &str| leaf(format!("{case}\t{}", scene.month).as_bytes());
    let decided = scene.cases().filter_map(|(case, traces)| Some((case, traces.decided?)));
    let mut lots: Vec<([u8; 32], &str, Decided)> =
        decided.map(|(case, decided)| (lot(case), case, decided)).collect();
    lots.sort_unstable_by_key(|(lot, case, _)| (*lot, *case));
    let share = (lots.len() * usize::from(limits.share_percent.get())).div_ceil(100);
    let drawn = share.max(limits.least_cases.get() as usize);
    for (rank, (_, case, decided)) in lots.into_iter().take(drawn).enumerate() {
        let line = vec![
            scene.site.to_string().into(),
            case.into(),
            scene.month.after().into(),
            decided.on.into(),
            decided.position.into(),
            (rank as u64 + 1).into(),
            i64::from(scene.rules.edition.get()).into(),
        ];
        out.0.push((1, line));
    }
}

/// Shows when the month is over, in which the checks were made.
pub(super) fn truth(scene: &Scene<'_>) -> Vec<Indicator> {
    let Some(limits) = scene.rules.sampling else { return Vec::new() };
    let checks = scene.facts.iter().filter_map(|stated| match stated.fact {
        Fact::Checked { confirmed } => Some((confirmed, stated.position)),
        _ => None,
    });
    let checks: Vec<_> = checks.collect();
    let untrue: Vec<u64> =
        checks.iter().filter(|(confirmed, _)| !confirmed).map(|(_, position)| *position).collect();
    let (all, confirmed) = (checks.len(), checks.len() - untrue.len());
    let enough = all >= limits.least_checks.get() as usize;
    if !enough || confirmed * 100 >= all * usize::from(limits.true_under_percent.get()) {
        return Vec::new();
    }
    let detail = format!("{confirmed} of {all} cases checked in {} are true", scene.month);
    vec![scene.of_site("D21", "untrue_records", untrue, detail)]
}
