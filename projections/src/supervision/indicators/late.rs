//! D19 序號缺口: acts kept on a device or in another system that were sent late, undeclared.

use chrono::NaiveDate;
use tongjian_events::{Entry, Event};

use super::{Fact, Indicator, Scene};
use crate::supervision::evidence::civil;
use crate::supervision::traces::Micros;

/// One indicator for the acts that came in during the month, from the first day on which one did.
pub(super) fn uploads(scene: &Scene<'_>) -> Vec<Indicator> {
    let Some(limits) = scene.rules.sequence_gap else { return Vec::new() };
    let declared: Vec<(Micros, Micros)> = scene.facts.iter().filter_map(declared).collect();
    let most = i64::from(limits.late_over_working_days.get());
    let (mut first, mut positions) = (None::<NaiveDate>, Vec::new());
    for act in scene.cases().flat_map(|(_, traces)| &traces.entries) {
        if !matches!(act.entry, Entry::Offline | Entry::Connected)
            || declared.iter().any(|(from, until)| (from..=until).contains(&&act.at))
        {
            continue;
        }
        let days = civil(&scene.place, act.at).zip(civil(&scene.place, act.entered));
        let Some((on, entered)) = days.map(|(a, b)| (a.date(), b.date())) else { continue };
        if scene.place.calendar.elapsed(on, entered).is_ok_and(|lag| lag > most) {
            first = Some(first.map_or(entered, |first| first.min(entered)));
            positions.push(act.position);
        }
    }
    let Some(on) = first else { return Vec::new() };
    let detail = format!(
        "{} acts came in more than {most} working days late in {}; no delay was declared",
        positions.len(),
        scene.month
    );
    let mut indicator = scene.of_site("D19", "late_upload", positions, detail);
    indicator.arises_on = on;
    vec![indicator]
}

fn declared(stated: &super::Stated) -> Option<(Micros, Micros)> {
    let Fact::Act(act) = &stated.fact else { return None };
    let Event::DelayedUploadDeclared(body) = &act.event else { return None };
    Some((body.from_at.0.timestamp_micros(), body.until_at.0.timestamp_micros()))
}
