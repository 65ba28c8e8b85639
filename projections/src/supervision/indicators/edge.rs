//! D13 臨期扎堆: ends that crowd on the due day, or exactly before the close of business.

use chrono::NaiveDate;

use super::hours::Hours;
use super::{Fact, Indicator, Scene, is_over};

/// Shows when the month is over: more than the allowed share of the decisions fell on the due day,
/// or in the very minute before the close of business. What is handled directly is due on the day
/// it came: it crowds nowhere.
pub(super) fn clustering(scene: &Scene<'_>) -> Vec<Indicator> {
    let limits = scene.rules.edge_clustering;
    let crowd = |positions: Vec<u64>, of: usize, kind, when: &str| {
        let enough = u64::from(limits.least_ends.get()) <= of as u64;
        (enough && is_over(positions.len(), of, limits.share_over_percent.get())).then(|| {
            let (part, month) = (positions.len(), scene.month);
            let detail = format!("{part} of {of} cases of {month} were decided {when}");
            scene.of_site("D13", kind, positions, detail)
        })
    };
    let all: Vec<_> = decided(scene).collect();
    let with_days = || all.iter().filter(|(.., direct)| !direct);
    let due = with_days().filter(|(on, due, ..)| on == due).map(|(_, _, position, _)| *position);
    let mut found: Vec<_> =
        crowd(due.collect(), with_days().count(), "on_due_day", "on the due day")
            .into_iter()
            .collect();
    if let Some(before) = limits.minutes_before_close {
        let hours = Hours::of(scene);
        let last = scene.cases().filter_map(|(_, traces)| traces.decided).filter(|decided| {
            let close = hours.close_on(decided.on);
            close.and_then(|close| close.checked_sub(before.get())) == Some(decided.minute)
        });
        let when = format!("exactly {before} minutes before the close of business");
        let last = last.map(|decided| decided.position).collect();
        found.extend(crowd(last, all.len(), "right_before_close", &when));
    }
    found
}

/// The ends of cases among the facts: the day, the due day, the position, whether handled directly.
fn decided<'s>(
    scene: &'s Scene<'_>,
) -> impl Iterator<Item = (NaiveDate, NaiveDate, u64, bool)> + 's {
    scene.facts.iter().filter_map(|stated| match stated.fact {
        Fact::CaseDecided { due_on, direct } => Some((stated.on, due_on, stated.position, direct)),
        _ => None,
    })
}
