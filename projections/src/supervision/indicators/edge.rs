//! D13 臨期扎堆: ends that crowd on the due day, or exactly before the close of business.

use chrono::NaiveDate;

use super::hours::Hours;
use super::{Fact, Indicator, Scene, is_over};

/// Shows when the month is over: more than the allowed share of the decisions fell on the due day,
/// or in the very minute before the close of business.
pub(super) fn clustering(scene: &Scene<'_>) -> Vec<Indicator> {
    let limits = scene.rules.edge_clustering;
    let all: Vec<(NaiveDate, NaiveDate, u64)> = decided(scene).collect();
    let enough = u64::from(limits.least_ends.get()) <= all.len() as u64;
    let crowd = |positions: Vec<u64>, kind, when: &str| {
        (enough && is_over(positions.len(), all.len(), limits.share_over_percent.get())).then(
            || {
                let (part, whole, month) = (positions.len(), all.len(), scene.month);
                let detail = format!("{part} of {whole} cases of {month} were decided {when}");
                scene.of_site("D13", kind, positions, detail)
            },
        )
    };
    let due = all.iter().filter(|(on, due, _)| on == due).map(|(.., position)| *position);
    let mut found: Vec<_> =
        crowd(due.collect(), "on_due_day", "on the due day").into_iter().collect();
    if let Some(before) = limits.minutes_before_close {
        let hours = Hours::of(scene);
        let last = scene.cases().filter_map(|(_, traces)| traces.decided).filter(|decided| {
            let close = hours.close_on(decided.on);
            close.and_then(|close| close.checked_sub(before.get())) == Some(decided.minute)
        });
        let when = format!("exactly {before} minutes before the close of business");
        let last = last.map(|decided| decided.position).collect();
        found.extend(crowd(last, "right_before_close", &when));
    }
    found
}

/// The ends of cases among the facts: the day, the due day, the position.
fn decided<'s>(scene: &'s Scene<'_>) -> impl Iterator<Item = (NaiveDate, NaiveDate, u64)> + 's {
    scene.facts.iter().filter_map(|stated| match stated.fact {
        Fact::CaseDecided { due_on } => Some((stated.on, due_on, stated.position)),
        _ => None,
    })
}
