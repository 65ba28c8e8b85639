//! 在冊情況: what a register says as a whole: an item at each site it was assigned to, a window at
//! each site it stood at, a site among its neighbours; and when something of a month was last seen,
//! which the month after must know.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tongjian_events::case::Handling;
use tongjian_events::item::ItemKind;
use tongjian_events::values::{Code, ItemCode, Limits, WindowId};
use tongjian_events::{Event, SiteCode, StreamId, StreamKind};

use super::{is_of_a_day, item};
use crate::context::Context;
use crate::matter::{Matter, MatterAct};
use crate::supervision::docket::{Docket, Month};
use crate::supervision::fact::Fact;
use crate::supervision::flag_facts::{ItemAtSite, LastSeen, Seen, WindowAtSite, above};

type Given = Vec<(Docket, NaiveDate, u64, Fact)>;

/// An act with its civil day.
type Dated<'m> = (NaiveDate, &'m MatterAct);

pub(super) fn facts(stream: &StreamId, row: &Matter, context: &Context) -> Given {
    let mut acts: Vec<Dated<'_>> = row
        .acts
        .iter()
        .map(|act| (context.jurisdiction(&act.site).civil(&act.occurred_at).date(), act))
        .collect();
    acts.sort_by_key(|(_, act)| (act.occurred_at, act.position));
    if row.acts.first().is_some_and(|act| is_of_a_day(&act.event)) {
        return last_seen(stream, row, &acts);
    }
    match stream.kind() {
        StreamKind::Item => items(stream, row, &acts),
        StreamKind::Window => windows(stream, &acts),
        StreamKind::Site => site(stream, &acts),
        _ => Vec::new(),
    }
}

/// A site among its neighbours; and the month with which its opening calendar begins.
fn site(stream: &StreamId, acts: &[Dated<'_>]) -> Given {
    let Ok(site) = SiteCode::new(stream.name()) else { return Vec::new() };
    let mut given = Vec::new();
    for (on, act) in acts {
        match &act.event {
            Event::SiteEstablished(_) => {
                let fact = Fact::Act(Box::new((*act).clone()));
                let peers = above(&site).map(Docket::Peers);
                given.extend(peers.map(|docket| (docket, *on, act.position, fact)));
            }
            Event::OpeningCalendarSet(body) => {
                let month = Month::holding(body.effective_on.max(*on));
                let seen = LastSeen { what: Seen::Anything, device: None };
                let docket = Docket::SiteMonth(site.clone(), month);
                given.push((docket, *on, act.position, Fact::LastSeen(seen)));
            }
            _ => {}
        }
    }
    given
}

fn last_seen(stream: &StreamId, row: &Matter, acts: &[Dated<'_>]) -> Given {
    let mut last: BTreeMap<(SiteCode, Seen, Option<Code>), (NaiveDate, u64)> = BTreeMap::new();
    for (on, act) in acts {
        let (what, device) = match &act.event {
            Event::DoorsOpened(_) => (Seen::Doors, None),
            Event::LedgerEntryMade(_) => (Seen::Ledger, None),
            Event::HeartbeatReceived(body) => (Seen::Heartbeat, Some(body.device.clone())),
            _ => (Seen::Anything, None),
        };
        let month = Month::holding(*on);
        for docket in super::dockets(stream, row, act, Some(month)) {
            if let Docket::SiteMonth(site, _) = docket {
                last.insert((site, what, device.clone()), (*on, act.position));
            }
        }
    }
    let given = last.into_iter().map(|((site, what, device), (on, position))| {
        let next = Month::holding(Month::holding(on).after());
        let seen = Fact::LastSeen(LastSeen { what, device });
        (Docket::SiteMonth(site, next), on, position, seen)
    });
    given.collect()
}

fn items(stream: &StreamId, row: &Matter, acts: &[Dated<'_>]) -> Given {
    let Some(code) = item(stream, row) else { return Vec::new() };
    let Some((_, first)) = acts.first() else { return Vec::new() };
    let whole = whole(&code, &first.site, acts);
    let mut sites: BTreeMap<&SiteCode, (NaiveDate, u64)> = BTreeMap::new();
    for (_, act) in acts {
        if let Event::ItemAssignedToSite(body) = &act.event {
            sites.entry(&body.site).or_insert((body.effective_on, act.position));
        }
    }
    let mut given = Vec::new();
    for (site, (from_on, assigned)) in sites {
        let mut here = ItemAtSite { site: site.clone(), from_on, assigned, ..whole.clone() };
        for (on, act) in acts {
            match &act.event {
                Event::GuidePublished(body) if body.site.as_ref().is_none_or(|at| at == site) => {
                    here.texts.push((*on, body.disclosure, body.edition.get()));
                }
                Event::ItemAuthorised(body) if body.site == *site => {
                    let letter = body.document_no.is_some();
                    here.authorised.push((*on, act.position, letter, body.until_on));
                }
                _ => {}
            }
        }
        for docket in [Docket::Site(site.clone())].into_iter().chain(above(site).map(Docket::Peers))
        {
            given.push((docket, from_on, assigned, Fact::Item(Box::new(here.clone()))));
        }
    }
    given
}

/// What holds of an item at every site.
fn whole(code: &ItemCode, site: &SiteCode, acts: &[Dated<'_>]) -> ItemAtSite {
    let mut item = ItemAtSite {
        // Replaced for each site.
        site: site.clone(),
        item: code.clone(),
        from_on: NaiveDate::MIN,
        assigned: 0,
        until_on: None,
        suspended: Vec::new(),
        editions: Vec::new(),
        texts: Vec::new(),
        authorised: Vec::new(),
        limits: Vec::new(),
        licence: false,
        parallel: false,
        flows: Vec::new(),
    };
    let days = |limits: &Limits| {
        let of = |days: Option<tongjian_events::values::WorkingDays>| days.map(|days| days.get());
        (of(limits.promised_working_days), of(limits.statutory_working_days))
    };
    for (on, act) in acts {
        let (on, position) = (*on, act.position);
        let mut limited = |on: NaiveDate, limits: &Limits| {
            let (promised, statutory) = days(limits);
            item.limits.push((on, position, promised, statutory));
        };
        match &act.event {
            Event::ItemRegistered(body) => {
                limited(on, &body.limits);
                item.editions.push((on, position, body.edition.get()));
                item.licence = body.kind == Some(ItemKind::Licence);
                item.parallel = body.handling == Handling::Parallel;
            }
            Event::ItemRevised(body) => {
                body.limits.iter().for_each(|limits| limited(on, limits));
                item.editions.push((on, position, body.edition.get()));
                if let Some(handling) = body.handling {
                    item.parallel = handling == Handling::Parallel;
                }
            }
            Event::PromiseChanged(body) => limited(body.effective_on, &body.limits),
            Event::FlowDefined(body) => {
                let steps = body.flow.steps.iter();
                let sum = steps.map(|step| u32::from(step.limit_working_days.get())).sum();
                item.flows.push((body.effective_on.unwrap_or(on), position, sum));
            }
            Event::ItemSuspended(body) => item.suspended.push((on, body.until_on)),
            Event::ItemCancelled(body) => item.until_on = Some(body.effective_on),
            _ => {}
        }
    }
    item.limits.sort_by_key(|(on, position, ..)| (*on, *position));
    item.flows.sort_by_key(|(on, position, _)| (*on, *position));
    item
}

fn windows(stream: &StreamId, acts: &[Dated<'_>]) -> Given {
    let mut stays: Vec<(SiteCode, WindowAtSite)> = Vec::new();
    let mut kinds = Vec::new();
    let mut timetables = Vec::new();
    let mut number = WindowId::new(stream.name()).ok();
    for (on, act) in acts {
        let (on, position) = (*on, act.position);
        let moved_to = match &act.event {
            Event::WindowRegistered(body) => {
                number = body.window.clone().or(number);
                kinds.push((on, body.kind));
                Some(&body.site)
            }
            Event::WindowRelocated(body) => Some(&body.site),
            Event::WindowKindChanged(body) => {
                kinds.push((on, body.kind));
                None
            }
            Event::WindowTimetablePublished(body) => {
                timetables.push((body.effective_on, position, body.slots.clone()));
                None
            }
            Event::WindowWithdrawn(_) => {
                stays.last_mut().into_iter().for_each(|(_, stay)| stay.until_on = Some(on));
                None
            }
            _ => None,
        };
        if let Some((site, window)) = moved_to.zip(number.clone()) {
            stays.last_mut().into_iter().for_each(|(_, stay)| stay.until_on = Some(on));
            let stay = WindowAtSite {
                window,
                stream: stream.to_string(),
                from_on: on,
                until_on: None,
                registered: position,
                kinds: Vec::new(),
                timetables: Vec::new(),
            };
            stays.push((site.clone(), stay));
        }
    }
    timetables.sort_by_key(|(on, position, _)| (*on, *position));
    let given = stays.into_iter().map(|(site, mut stay)| {
        (stay.kinds, stay.timetables) = (kinds.clone(), timetables.clone());
        let (on, position) = (stay.from_on, stay.registered);
        (Docket::Site(site), on, position, Fact::Window(Box::new(stay)))
    });
    given.collect()
}
