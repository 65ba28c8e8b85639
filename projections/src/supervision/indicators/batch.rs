//! D02 批量補錄: the whole courses of several cases, entered at one sitting.

use chrono::NaiveDate;

use super::{Indicator, Scene};
use crate::supervision::evidence::civil;
use crate::supervision::traces::Course;

/// Shows on the day on which they were entered.
pub(super) fn entered(scene: &Scene<'_>) -> Vec<Indicator> {
    let Some(limits) = scene.rules.batch_entry else { return Vec::new() };
    let within = i64::from(limits.within_minutes.get()) * 60_000_000;
    let spans = |course: Course| {
        let (a, b) = (course.accepted_entered, course.ended_entered);
        (a.min(b), a.max(b), course.accepted, course.ended)
    };
    let mut courses: Vec<_> =
        scene.cases().filter_map(|(_, traces)| traces.course).map(spans).collect();
    courses.retain(|(from, to, ..)| to - from <= within);
    courses.sort_unstable();
    let least = limits.courses.get().max(1) as usize;
    let mut found = Vec::new();
    let mut rest = courses.as_slice();
    while let Some(((from, ..), after)) = rest.split_first() {
        let sitting = rest.iter().take_while(|(begin, ..)| begin - from <= within);
        let whole: Vec<_> = sitting.filter(|(_, end, ..)| end - from <= within).collect();
        if whole.len() < least {
            rest = after;
            continue;
        }
        let last = whole.iter().map(|(begin, ..)| *begin).max().unwrap_or(*from);
        let positions = whole.iter().flat_map(|(_, _, a, e)| [*a, *e]).collect();
        let on = civil(&scene.place, *from).map_or(NaiveDate::MIN, |at| at.date());
        let detail = format!(
            "{} cases were entered from acceptance to end within {} minutes on {on}",
            whole.len(),
            limits.within_minutes
        );
        let mut indicator = scene.of_site("D02", "courses_at_one_sitting", positions, detail);
        indicator.arises_on = on;
        found.push(indicator);
        rest = rest.get(rest.partition_point(|(begin, ..)| *begin <= last)..).unwrap_or_default();
    }
    found
}
