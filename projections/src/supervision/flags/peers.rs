//! 鄰近比較: what shows only beside the neighbours: a site that falls silent, an item that it alone
//! never handles.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use tongjian_events::inspection::Flag;
use tongjian_events::values::ItemCode;
use tongjian_events::{Event, SiteCode};

use super::super::docket::{Month, Quarter};
use super::super::fact::Fact;
use super::super::flag_facts::{ItemAtSite, above};
use super::{Evidence, Look, acts};
use crate::context::day_after;

/// The acts of each site by day.
type ByDay = BTreeMap<SiteCode, BTreeMap<NaiveDate, u32>>;

/// 靜默站點: no act on a case for a span of working days while the neighbours work.
pub(super) fn silent(up: &SiteCode, month: Month, look: &Look<'_>) -> Vec<Evidence> {
    let span = u32::from(look.rules.silent_working_days.get());
    if span == 0 {
        return Vec::new();
    }
    let built = built(look);
    let mut worked: ByDay = BTreeMap::new();
    for stated in look.facts {
        if let Fact::Worked(work) = &stated.fact {
            worked.entry(work.site.clone()).or_default().extend(work.days.iter().copied());
        }
    }
    let calendar = look.place(up).calendar;
    let is_working = |day: &NaiveDate| calendar.is_working_day(*day).unwrap_or(false);
    let days = month.first().iter_days().take_while(|day| *day < month.after());
    let mut found = Vec::new();
    for day in days.filter(is_working) {
        // The span of working days that ends with this one lies after the day before it.
        let Ok(before) = calendar.working_day_before(day, span) else { continue };
        found.extend(silent_on(look, &built, &worked, (before, day), span));
    }
    found
}

/// The sites that did nothing in (before, day] while the others did enough.
fn silent_on(
    look: &Look<'_>,
    built: &BTreeMap<SiteCode, (NaiveDate, u64)>,
    worked: &ByDay,
    (before, day): (NaiveDate, NaiveDate),
    span: u32,
) -> Vec<Evidence> {
    let stood: Vec<(&SiteCode, u64)> = built
        .iter()
        .filter(|(_, (on, _))| *on <= before)
        .map(|(site, (_, position))| (site, *position))
        .collect();
    let sum = |site: &SiteCode| -> u64 {
        let days = worked.get(site).into_iter().flatten();
        days.filter(|(on, _)| **on > before && **on <= day).map(|(_, n)| u64::from(*n)).sum()
    };
    let all: u64 = stood.iter().map(|(site, _)| sum(site)).sum();
    let neighbours = (stood.len() as u64).saturating_sub(1);
    let least = u64::from(look.rules.neighbours_acts_per_day.get()) * u64::from(span) * neighbours;
    let mut found = Vec::new();
    // A silent site adds nothing to the sum, so the sum is the neighbours'.
    for (site, position) in stood.iter().filter(|(site, _)| sum(site) == 0) {
        if neighbours > 0 && all > 0 && all >= least {
            found.push(Evidence {
                site: (*site).clone(),
                flag: Flag::Premises,
                rule: "silent_site",
                subject: None,
                arises_on: day_after(day),
                until_on: None,
                positions: vec![*position],
                detail: format!(
                    "no act on a case in the {span} working days to {day}, when its {neighbours} \
                     neighbours entered {all}"
                ),
            });
        }
    }
    found
}

fn built(look: &Look<'_>) -> BTreeMap<SiteCode, (NaiveDate, u64)> {
    let mut built = BTreeMap::new();
    for (stated, act) in acts(look.facts) {
        if let Event::SiteEstablished(body) = &act.event {
            built.entry(body.site.clone()).or_insert((stated.on, act.position));
        }
    }
    built
}

/// 事項虛設: an item not handled once in some quarters, which the site above or a neighbour handles.
pub(super) fn unused(up: &SiteCode, quarter: Quarter, look: &Look<'_>) -> Vec<Evidence> {
    let quarters = look.rules.unused_quarters.get();
    let first = match quarters {
        0 => return Vec::new(),
        1 => quarter.first(),
        _ => quarter.before().first(),
    };
    let end = quarter.after();
    let mut handled: BTreeMap<&SiteCode, BTreeSet<&ItemCode>> = BTreeMap::new();
    for stated in look.facts.iter().filter(|stated| stated.on >= first && stated.on < end) {
        if let Fact::Handled(work) = &stated.fact {
            handled.entry(&work.site).or_default().extend(&work.items);
        }
    }
    let mut found = Vec::new();
    for stated in look.facts {
        let Fact::Item(item) = &stated.fact else { continue };
        if above(&item.site).as_ref() != Some(up) || !offered(item, first, end) {
            continue;
        }
        let by = |site: &SiteCode| handled.get(site).is_some_and(|of| of.contains(&item.item));
        let others: Vec<String> = handled
            .keys()
            .filter(|site| ***site != item.site && by(site))
            .map(ToString::to_string)
            .collect();
        if by(&item.site) || others.is_empty() {
            continue;
        }
        found.push(Evidence {
            site: item.site.clone(),
            flag: Flag::Items,
            rule: "item_never_handled",
            subject: Some(item.item.to_string()),
            arises_on: end,
            until_on: None,
            positions: vec![item.assigned],
            detail: format!("no case from {first} on, while {} had some", others.join(", ")),
        });
    }
    found
}

/// Whether an item could be applied for on every day of a span.
fn offered(item: &ItemAtSite, first: NaiveDate, end: NaiveDate) -> bool {
    let away = |(from, until): &(NaiveDate, Option<NaiveDate>)| {
        *from < end && until.is_none_or(|until| until >= first)
    };
    item.from_on <= first
        && item.until_on.is_none_or(|until| until >= end)
        && !item.suspended.iter().any(away)
}
