//! 補錄: acts entered later than they happened.

use chrono::NaiveDate;
use tongjian_events::Entry;

use super::bench::Bench;
use crate::finding::FindingKind;

/// D01: acts entered later than they happened, and acts entered after a due day although
/// they claim to have happened before it.
pub(super) fn late(bench: &mut Bench<'_>) {
    let due_before: Vec<(u64, NaiveDate)> =
        bench.clocks.iter().filter_map(|clock| clock.ended_by.zip(clock.due_on)).collect();
    for act in bench.acts {
        if matches!(act.act.entry, Entry::Import | Entry::Engine) {
            continue;
        }
        let (on, entered) = (act.on(), bench.place.day_of(act.act.recorded_at));
        let Ok(lag) = bench.calendar().elapsed(on, entered) else { continue };
        if entered <= on || lag < 1 {
            continue;
        }
        let allowed =
            bench.rules(on).map_or(1, |rules| i64::from(rules.late_entry_working_days.get()));
        let passed = due_before
            .iter()
            .find(|(position, due)| *position == act.position() && on <= *due && entered > *due);
        let (kind, why) = match passed {
            Some((_, due)) => (FindingKind::EnteredAfterDue, format!(", after the due day {due}")),
            None if lag > allowed => (FindingKind::LateEntryBeyondLimit, String::new()),
            None => (FindingKind::LateEntry, String::new()),
        };
        let detail =
            format!("happened on {on}, entered on {entered}, {lag} working days later{why}");
        bench.find(kind, entered, vec![act.position()], detail);
    }
}
