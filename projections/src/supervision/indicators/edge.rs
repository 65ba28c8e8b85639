//! D13 臨期扎堆: ends that crowd on the due day.

use super::{Indicator, Stated, decided};
use crate::context::Context;
use crate::supervision::docket::Month;

/// Shows when the month is over: more than the allowed share of the decisions fell on the due day.
pub(super) fn clustering(month: Month, facts: &[Stated], context: &Context) -> Option<Indicator> {
    let rules = context.policies().indicators.on(month.after())?;
    let limits = rules.edge_clustering;
    let all = decided(facts).count();
    let on_the_edge: Vec<u64> =
        decided(facts).filter(|(on, due, _)| on == due).map(|(_, _, position)| position).collect();
    let over = usize::from(limits.share_over_percent.get()) * all;
    let enough = u64::from(limits.least_ends.get()) <= all as u64;
    (enough && on_the_edge.len() * 100 > over).then(|| Indicator {
        rule: "D13",
        rule_edition: rules.edition.get(),
        arises_on: month.after(),
        detail: format!(
            "{} of {all} cases of {month} were decided on the due day",
            on_the_edge.len()
        ),
        positions: on_the_edge,
    })
}
