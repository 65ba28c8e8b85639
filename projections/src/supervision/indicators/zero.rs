//! D04 零辦件: an item that is to be handled at a site and never is, while others have cases.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use tongjian_events::values::ItemCode;
use tongjian_events::{Event, SiteCode};

use super::{Context, Fact, Indicator, Stated};
use crate::supervision::docket::Quarter;

/// Shows when the last of the quarters is over.
pub(super) fn cases(
    item: &ItemCode,
    quarter: Quarter,
    facts: &[Stated],
    context: &Context,
) -> Vec<Indicator> {
    let after = quarter.after();
    let rules = context.policies().indicators.on(after).and_then(|rules| rules.zero_cases);
    let Some(limits) = rules.filter(|limits| limits.quarters.get() > 0) else { return Vec::new() };
    let earlier = Months::new((limits.quarters.get() - 1) * 3);
    let Some(first) = quarter.first().checked_sub_months(earlier) else { return Vec::new() };
    if facts.iter().any(|stated| is_out_of_use(stated, first, after)) {
        return Vec::new();
    }
    let received = received(facts, first, after);
    let mut levels: BTreeMap<usize, u64> = BTreeMap::new();
    for (site, count) in &received {
        *levels.entry(level(site)).or_default() += count;
    }
    let latest = facts.iter().filter(|stated| matches!(stated.fact, Fact::CaseReceived { .. }));
    let latest = latest.map(|stated| stated.position).max();
    let mut found = Vec::new();
    for (site, assigned) in assigned(facts, first) {
        if received.contains_key(site) {
            continue;
        }
        let above = received.iter().filter(|(other, _)| level(other) < level(site));
        let above: u64 = above.filter(|(other, _)| other.holds(site)).map(|(_, count)| count).sum();
        let peers = levels.get(&level(site)).copied().unwrap_or_default();
        if above + peers < u64::from(limits.least_cases_elsewhere.get()) {
            continue;
        }
        found.push(Indicator {
            rule: "D04",
            kind: "zero_cases",
            object: format!("site/{site}"),
            arises_on: after,
            positions: [assigned].into_iter().chain(latest).collect(),
            detail: format!(
                "{item} had no case at {site} from {first} until {after}; sites above had {above}, \
                 sites of its level {peers}"
            ),
        });
    }
    found
}

/// Whether the item was suspended or cancelled in these quarters.
fn is_out_of_use(stated: &Stated, first: NaiveDate, after: NaiveDate) -> bool {
    let Fact::Act(act) = &stated.fact else { return false };
    match &act.event {
        Event::ItemCancelled(body) => body.effective_on < after,
        Event::ItemSuspended(body) => {
            stated.on < after && body.until_on.is_none_or(|until| until >= first)
        }
        _ => false,
    }
}

/// Twelve digits say the level; of another code its length does.
fn level(site: &SiteCode) -> usize {
    site.subtree_prefix().len()
}

/// How many cases each site received in these quarters.
fn received(facts: &[Stated], first: NaiveDate, after: NaiveDate) -> BTreeMap<&SiteCode, u64> {
    let mut counts = BTreeMap::new();
    for stated in facts.iter().filter(|stated| stated.on >= first && stated.on < after) {
        if let Fact::CaseReceived { site } = &stated.fact {
            *counts.entry(site).or_default() += 1;
        }
    }
    counts
}

/// The sites that were to handle it from the first day on, with the act that says so.
fn assigned(facts: &[Stated], first: NaiveDate) -> BTreeMap<&SiteCode, u64> {
    let mut sites = BTreeMap::new();
    for stated in facts {
        let Fact::Act(act) = &stated.fact else { continue };
        let Event::ItemAssignedToSite(body) = &act.event else { continue };
        if body.effective_on <= first {
            sites.entry(&body.site).or_insert(stated.position);
        }
    }
    sites
}
