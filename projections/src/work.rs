//! 辦理蹤跡: where acts on cases were entered: how many a site entered on which days, for which
//! items, by whom; from which device; and where one login was used. Only that something was entered
//! is counted here, so a later correction of what it says changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tongjian_events::values::{Code, ItemCode, StaffId};
use tongjian_events::{ActorKind, Entry, Event, Recorded, Row as CatalogRow, SiteCode, StreamKind};

use crate::context::Context;
use crate::supervision::docket::{Docket, Month, Quarter};
use crate::supervision::fact::{self, Fact};
use crate::supervision::flag_facts::{
    Elsewhere, Handled, LastSeen, Seen, Signed, TwoSites, Worked, above,
};
use crate::{Lines, Projection, Span, Table};

/// 辦理蹤跡投影: one row per site and month, per device, per person and month.
#[derive(Debug)]
pub struct Work;

/// How many positions are kept to show for a count.
const SHOWN: usize = 10;

/// What is known under one key; each kind of key fills its own part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trail {
    /// The first act.
    #[serde(rename = "f")]
    first: u64,
    /// A site's month: acts per day.
    #[serde(rename = "d", skip_serializing_if = "BTreeMap::is_empty")]
    days: BTreeMap<NaiveDate, u32>,
    /// The items taken.
    #[serde(rename = "i", skip_serializing_if = "BTreeSet::is_empty")]
    items: BTreeSet<ItemCode>,
    /// Who entered: acts, last day, first positions.
    #[serde(rename = "b", skip_serializing_if = "BTreeMap::is_empty")]
    by: BTreeMap<String, (u32, NaiveDate, Vec<u64>)>,
    /// A device: where it was registered.
    #[serde(rename = "r", skip_serializing_if = "Vec::is_empty")]
    registered: Vec<(NaiveDate, u64, SiteCode)>,
    /// For which site acts were entered from it, by month (its first day).
    #[serde(rename = "e", skip_serializing_if = "Vec::is_empty")]
    entered: Vec<(SiteCode, NaiveDate, u32, Vec<u64>)>,
    /// A person's month: when and where.
    #[serde(rename = "p", skip_serializing_if = "Vec::is_empty")]
    places: Vec<(i64, u64, SiteCode)>,
}

impl Projection for Work {
    type Row = Trail;

    const NAME: &'static str = "work";
    const EDITION: u32 = 1;
    const TABLES: &'static [Table] =
        &[Table { name: "work_facts", columns: fact::COLUMNS, indexes: fact::INDEXES }];

    fn reads(row: &CatalogRow) -> bool {
        row.stream == StreamKind::Case || row.wire_name() == "site.FacilityRecorded"
    }

    fn touches(act: &Recorded) -> Vec<String> {
        if let Event::FacilityRecorded(body) = &act.event {
            return body.device.iter().map(|device| format!("device\t{device}")).collect();
        }
        let source = &act.submission.source;
        if matches!(source.entry, Entry::Import | Entry::Engine) {
            return Vec::new();
        }
        let month = Month::holding(civil_day(act));
        let mut keys = vec![format!("site\t{}\t{month}", source.site)];
        keys.extend(source.device.iter().map(|device| format!("device\t{device}")));
        // A time claimed afterwards is too rough to place a person by.
        let actor = &act.submission.actor;
        if actor.kind == ActorKind::Staff && source.entry != Entry::BackEntry {
            keys.push(format!("person\t{}\t{month}", actor.id));
        }
        keys
    }

    fn fold(row: &mut Option<Trail>, key: &str, act: &Recorded) {
        let row = row.get_or_insert_default();
        let position = act.place.position;
        row.first = if row.first == 0 { position } else { row.first.min(position) };
        match key.split('\t').next() {
            Some("site") => row.at_site(act),
            Some("device") => row.at_device(act),
            _ => {
                let at = act.submission.occurred_at.timestamp_micros();
                insert(&mut row.places, (at, position, act.submission.source.site.clone()));
            }
        }
    }

    fn derive(key: &str, row: &Trail, context: &Context, out: &mut Lines) -> Option<Span> {
        let parts: Vec<&str> = key.split('\t').collect();
        let facts = match parts.as_slice() {
            ["site", site, _] => row.facts_of_site(&SiteCode::new(site).ok()?),
            ["device", device] => row.facts_of_device(&Code::new(device).ok()?),
            ["person", person, _] => row.facts_of_person(&StaffId::new(person).ok()?, context),
            _ => return None,
        };
        let mut span: Option<Span> = None;
        for (docket, on, position, fact) in facts {
            span = Some(span.unwrap_or(Span { from: on, to: on }).with(on));
            out.0.push((0, fact::line(&docket, on, position, &fact)));
        }
        span
    }
}

type Given = Vec<(Docket, NaiveDate, u64, Fact)>;

fn civil_day(act: &Recorded) -> NaiveDate {
    act.submission.occurred_at.with_timezone(&chrono_tz::Asia::Shanghai).date_naive()
}

impl Trail {
    fn at_site(&mut self, act: &Recorded) {
        let on = civil_day(act);
        *self.days.entry(on).or_default() += 1;
        let item = match &act.event {
            Event::ApplicationReceived(body) => Some(&body.item),
            Event::ApplicationAccepted(body) => Some(&body.item),
            _ => None,
        };
        self.items.extend(item.cloned());
        let actor = &act.submission.actor;
        if actor.kind == ActorKind::Staff {
            let none = || (0, on, Vec::new());
            let (acts, last, shown) = self.by.entry(actor.id.to_string()).or_insert_with(none);
            *acts += 1;
            *last = on.max(*last);
            keep(shown, act.place.position);
        }
    }

    fn at_device(&mut self, act: &Recorded) {
        let (on, position) = (civil_day(act), act.place.position);
        if let Event::FacilityRecorded(_) = &act.event {
            let site = SiteCode::new(act.submission.stream.name());
            if let Ok(site) = site {
                insert(&mut self.registered, (on, position, site));
            }
            return;
        }
        let site = &act.submission.source.site;
        let month = Month::holding(on).first();
        let held = self.entered.iter_mut().find(|(at, of, ..)| at == site && *of == month);
        match held {
            Some((_, _, acts, shown)) => {
                *acts += 1;
                keep(shown, position);
            }
            None => insert(&mut self.entered, (site.clone(), month, 1, vec![position])),
        }
    }

    fn facts_of_site(&self, site: &SiteCode) -> Given {
        let Some(last) = self.days.keys().next_back().copied() else { return Vec::new() };
        let month = Month::holding(last);
        let next = Month::holding(month.after());
        let mut given: Given = Vec::new();
        let mut give = |docket, fact| given.push((docket, last, self.first, fact));
        let by = self.by.iter().filter_map(|(staff, (acts, last, shown))| {
            Some((StaffId::new(staff).ok()?, *acts, *last, shown.clone()))
        });
        give(Docket::SiteMonth(site.clone(), month), Fact::Signed(Signed { by: by.collect() }));
        let seen = LastSeen { what: Seen::Anything, device: None };
        give(Docket::SiteMonth(site.clone(), next), Fact::LastSeen(seen));
        if let Some(above) = above(site) {
            let days = self.days.iter().map(|(day, acts)| (*day, *acts)).collect();
            let worked = Fact::Worked(Worked { site: site.clone(), days });
            give(Docket::PeersMonth(above.clone(), month), worked.clone());
            give(Docket::PeersMonth(above, next), worked);
        }
        if !self.items.is_empty() {
            let items = self.items.iter().cloned().collect();
            let handled = Fact::Handled(Handled { site: site.clone(), items });
            let quarter = Quarter::holding(last);
            for peers in above(site).into_iter().chain([site.clone()]) {
                give(Docket::PeersQuarter(peers.clone(), quarter), handled.clone());
                give(Docket::PeersQuarter(peers, quarter.plus(1)), handled.clone());
            }
        }
        given
    }

    /// A device belongs in a month to every site where it was registered on some day of it.
    fn facts_of_device(&self, device: &Code) -> Given {
        let registered = &self.registered;
        let mut given = Vec::new();
        for (site, first, acts, shown) in &self.entered {
            let month = Month::holding(*first);
            let before = registered.iter().rev().find(|(on, ..)| on <= first);
            let within = registered.iter().filter(|(on, ..)| on > first && *on < month.after());
            let held: Vec<_> = before.into_iter().chain(within).collect();
            let Some((_, position, at)) = held.last() else { continue };
            if held.iter().any(|(_, _, at)| at == site) {
                continue;
            }
            let elsewhere = Elsewhere {
                device: device.clone(),
                registered_at: at.clone(),
                acts: *acts,
                positions: [*position].into_iter().chain(shown.iter().copied()).collect(),
            };
            let position = shown.first().copied().unwrap_or(*position);
            let docket = Docket::SiteMonth(site.clone(), month);
            given.push((docket, *first, position, Fact::Elsewhere(elsewhere)));
        }
        given
    }

    fn facts_of_person(&self, staff: &StaffId, context: &Context) -> Given {
        let mut given = Vec::new();
        for pair in self.places.windows(2) {
            let [(from, first, one), (to, second, other)] = pair else { continue };
            let Some(on) = day_of(*to).filter(|_| one != other) else { continue };
            let Some(rules) = context.policies().flags.on(on) else { continue };
            let within = rules.thresholds.two_sites_minutes.get();
            let minutes = u32::try_from((to - from) / 60_000_000).unwrap_or(u32::MAX);
            if minutes >= within {
                continue;
            }
            for (site, other) in [(one, other), (other, one)] {
                let two = TwoSites {
                    staff: staff.clone(),
                    other: (*other).clone(),
                    minutes,
                    positions: vec![*first, *second],
                };
                let docket = Docket::SiteMonth((*site).clone(), Month::holding(on));
                given.push((docket, on, *second, Fact::TwoSites(two)));
            }
        }
        given
    }
}

/// Keeps a list in order, whatever the order in which acts of different streams come.
fn insert<T: Ord>(list: &mut Vec<T>, one: T) {
    let at = list.partition_point(|held| *held < one);
    list.insert(at, one);
}

/// Keeps the first positions.
fn keep(shown: &mut Vec<u64>, position: u64) {
    insert(shown, position);
    shown.truncate(SHOWN);
}

fn day_of(micros: i64) -> Option<NaiveDate> {
    let at = chrono::DateTime::from_timestamp_micros(micros)?;
    Some(at.with_timezone(&chrono_tz::Asia::Shanghai).date_naive())
}
