//! D05 辦件量缺口: more queue tickets, receipts or licences than cases.

use std::collections::{BTreeMap, BTreeSet};

use tongjian_events::Event;

use super::{Fact, Indicator, Scene};
use crate::supervision::traces::NumberKind;

/// Shows when the month is over.
pub(super) fn gaps(scene: &Scene<'_>) -> Vec<Indicator> {
    let Some(limits) = scene.rules.volume_gap else { return Vec::new() };
    let short = |known: usize, all: u64| {
        all >= u64::from(limits.least.get())
            && (known as u64) * 100 < all * u64::from(limits.under_percent.get())
    };
    let mut found = Vec::new();
    let tickets: Vec<_> = tickets(scene).collect();
    let cases = scene.cases().filter(|(_, traces)| traces.received.is_some()).count();
    if short(cases, tickets.len() as u64) {
        // The tickets that no case names; all of them, where cases name none.
        let named: BTreeSet<&str> = scene
            .cases()
            .filter_map(|(_, traces)| Some(traces.ticket.as_ref()?.as_str()))
            .collect();
        let open = tickets.iter().filter(|(ticket, _)| !named.contains(ticket));
        let positions = open.map(|(_, position)| *position).collect();
        let detail = format!("{cases} cases for {} tickets of {}", tickets.len(), scene.month);
        found.push(scene.of_site("D05", "fewer_cases_than_tickets", positions, detail));
    }
    for ((kind, around), numbers) in numbers(scene) {
        let (first, last) = (numbers.first_key_value(), numbers.last_key_value());
        let (Some((first, _)), Some((last, _))) = (first, last) else { continue };
        let all = (last - first).saturating_add(1);
        if short(numbers.len(), all) {
            let (name, what) = match kind {
                NumberKind::Licence => ("fewer_cases_than_licences", "licences"),
                NumberKind::Receipt => ("fewer_cases_than_receipts", "receipts"),
            };
            let detail = format!(
                "cases know {} of the {all} {what} {around} from {first} to {last} of {}",
                numbers.len(),
                scene.month
            );
            found.push(scene.of_site("D05", name, numbers.into_values().collect(), detail));
        }
    }
    found
}

fn tickets<'s>(scene: &'s Scene<'_>) -> impl Iterator<Item = (&'s str, u64)> + 's {
    scene.facts.iter().filter_map(|stated| match &stated.fact {
        Fact::Act(act) => match &act.event {
            Event::TicketIssued(body) => Some((body.ticket.as_str(), stated.position)),
            _ => None,
        },
        _ => None,
    })
}

/// The numbers of each series that the month's cases know, with the act that shows each.
fn numbers<'s>(scene: &'s Scene<'_>) -> BTreeMap<(NumberKind, &'s str), BTreeMap<u64, u64>> {
    let mut series: BTreeMap<_, BTreeMap<u64, u64>> = BTreeMap::new();
    for number in scene.cases().flat_map(|(_, traces)| &traces.numbers) {
        let of = series.entry((number.kind, number.around.as_str())).or_default();
        of.entry(number.number).or_insert(number.position);
    }
    series
}
