//! D17 身份異常: an account at two places at once, shared by several people, or that decides
//! without the authority to.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::item::Authority;
use tongjian_events::values::{Code, StaffId};

use super::{Context, Fact, Indicator, Scene, Stated};
use crate::matter::MatterAct;
use crate::supervision::traces::Seen;

/// What a month of an account shows.
pub(super) fn of_account(staff: &StaffId, facts: &[Stated], context: &Context) -> Vec<Indicator> {
    let mut seen: Vec<&Seen> = facts
        .iter()
        .filter_map(|stated| match &stated.fact {
            Fact::Seen(seen) => Some(seen),
            _ => None,
        })
        .flatten()
        .collect();
    seen.sort_by_key(|seen| (seen.at, seen.position));
    let mut found: Vec<_> = elsewhere(staff, &seen, context).into_iter().collect();
    found.extend(uncovered(staff, &seen, facts, context));
    found
}

/// At two sites, windows or devices within the minutes of the policy.
fn elsewhere(staff: &StaffId, seen: &[&Seen], context: &Context) -> Option<Indicator> {
    let mut found: Option<(&Seen, &Seen)> = None;
    let mut positions = Vec::new();
    // The last act of all, and the last that named its window, its device.
    let (mut last, mut at_window, mut on_device) = (None::<&Seen>, None::<&Seen>, None::<&Seen>);
    for now in seen {
        let rules = context.policies().indicators.on(now.on).and_then(|rules| rules.identity);
        let apart = rules.map_or(0, |rules| i64::from(rules.apart_under_minutes.get()));
        let near = |before: &&Seen| now.at - before.at < apart * 60_000_000;
        let moved = |before: &&Seen| before.site != now.site;
        let other_window = |before: &&Seen| now.window.is_some() && before.window != now.window;
        let other_device = |before: &&Seen| now.device.is_some() && before.device != now.device;
        let before = last
            .filter(near)
            .filter(moved)
            .or_else(|| at_window.filter(near).filter(other_window))
            .or_else(|| on_device.filter(near).filter(other_device));
        if let Some(before) = before {
            found.get_or_insert((before, now));
            positions.extend([before.position, now.position]);
        }
        last = Some(now);
        at_window = Some(*now).filter(|now| now.window.is_some()).or(at_window);
        on_device = Some(*now).filter(|now| now.device.is_some()).or(on_device);
    }
    let (before, now) = found?;
    let place = |seen: &Seen| {
        let window = seen.window.as_ref().map(|window| format!(", window {window}"));
        let device = seen.device.as_ref().map(|device| format!(", device {device}"));
        format!("{}{}{}", seen.site, window.unwrap_or_default(), device.unwrap_or_default())
    };
    Some(Indicator {
        rule: "D17",
        kind: "two_places_at_once",
        object: format!("staff/{staff}"),
        arises_on: now.on,
        positions,
        detail: format!("on {} at {} and at {}", now.on, place(before), place(now)),
    })
}

/// Decisions of an account that was given credentials once, and had none that held on the day.
/// Of one that was never given any no register is kept, and nothing is compared.
fn uncovered(
    staff: &StaffId,
    seen: &[&Seen],
    facts: &[Stated],
    context: &Context,
) -> Option<Indicator> {
    let register = register(facts);
    let granted = |act: &MatterAct| matches!(act.event, Event::CredentialGranted(_));
    if !register.iter().any(|(_, act)| granted(act)) {
        return None;
    }
    let judged = |on: NaiveDate| {
        context.policies().indicators.on(on).is_some_and(|rules| rules.identity.is_some())
    };
    let without: Vec<_> = seen
        .iter()
        .filter(|seen| seen.decides && judged(seen.on) && !is_covered(&register, seen))
        .collect();
    let first = without.first()?;
    Some(Indicator {
        rule: "D17",
        kind: "decided_without_credential",
        object: format!("staff/{staff}"),
        arises_on: first.on,
        positions: without.iter().map(|seen| seen.position).collect(),
        detail: format!("decided from {} on without a credential that covers it", first.on),
    })
}

/// The acts of a register in the order they happened.
fn register(facts: &[Stated]) -> Vec<(&Stated, &MatterAct)> {
    let acts = facts.iter().filter_map(|stated| match &stated.fact {
        Fact::Act(act) => Some((stated, &**act)),
        _ => None,
    });
    let mut acts: Vec<_> = acts.collect();
    acts.sort_by_key(|(stated, act)| (act.occurred_at, stated.position));
    acts
}

fn is_covered(register: &[(&Stated, &MatterAct)], seen: &Seen) -> bool {
    let mut held: BTreeMap<&Code, bool> = BTreeMap::new();
    for (_, act) in register.iter().filter(|(stated, _)| stated.on <= seen.on) {
        match &act.event {
            Event::CredentialGranted(body) => {
                let lasts = body.until_on.is_none_or(|until| seen.on <= until);
                let here =
                    body.sites.is_empty() || body.sites.iter().any(|site| site.holds(&seen.site));
                let far = body.authority.is_none_or(|authority| authority == Authority::Decide);
                held.insert(&body.credential, lasts && here && far);
            }
            Event::CredentialRevoked(body) => {
                held.insert(&body.credential, false);
            }
            _ => {}
        }
    }
    held.values().any(|covers| *covers)
}

/// One account or seal that several people hold at once.
pub(super) fn of_credential(code: &Code, facts: &[Stated], context: &Context) -> Vec<Indicator> {
    let mut held: BTreeMap<&str, (Option<NaiveDate>, u64)> = BTreeMap::new();
    let mut found = Vec::new();
    for (stated, act) in register(facts) {
        let holder = stated.stream.as_str();
        match &act.event {
            Event::CredentialGranted(body) => {
                held.retain(|_, (until, _)| until.is_none_or(|until| stated.on <= until));
                let rules = context.policies().indicators.on(stated.on);
                let judged = rules.is_some_and(|rules| rules.identity.is_some());
                let other = held.iter().find(|(other, _)| **other != holder);
                if let Some((other, (_, position))) = other.filter(|_| judged) {
                    found.push(Indicator {
                        rule: "D17",
                        kind: "shared_account",
                        object: format!("credential/{code}"),
                        arises_on: stated.on,
                        positions: vec![*position, stated.position],
                        detail: format!("{code} was given to {holder} while {other} held it"),
                    });
                }
                held.insert(holder, (body.until_on, stated.position));
            }
            Event::CredentialRevoked(_) => {
                held.remove(holder);
            }
            _ => {}
        }
    }
    found
}

/// From when, until when, and whether it reaches to a decision.
type Authorised = (NaiveDate, Option<NaiveDate>, bool);

/// Decisions at a site that has an authority for the item on record, but none that reaches so far
/// on the day. Where none was ever recorded nothing is compared.
pub(super) fn of_decisions(scene: &Scene<'_>) -> Vec<Indicator> {
    if scene.rules.identity.is_none() {
        return Vec::new();
    }
    // By the item's stream: its name is the item's code.
    let mut authorised: BTreeMap<&str, Vec<Authorised>> = BTreeMap::new();
    for stated in scene.facts {
        let Fact::Act(act) = &stated.fact else { continue };
        let Event::ItemAuthorised(body) = &act.event else { continue };
        let item = stated.stream.strip_prefix("item/").unwrap_or(&stated.stream);
        let decides = body.authority == Authority::Decide;
        authorised.entry(item).or_default().push((stated.on, body.until_on, decides));
    }
    let mut without: BTreeMap<&str, Vec<(NaiveDate, u64)>> = BTreeMap::new();
    for (_, traces) in scene.cases() {
        let (Some((position, on)), Some(item)) = (traces.by_decision, &traces.item) else {
            continue;
        };
        let Some(authorised) = authorised.get(item.as_str()) else { continue };
        let covers = |(from, until, decides): &Authorised| {
            *decides && *from <= on && until.is_none_or(|until| on <= until)
        };
        if !authorised.iter().any(covers) {
            without.entry(item.as_str()).or_default().push((on, position));
        }
    }
    let told = |(item, decisions): (&str, Vec<(NaiveDate, u64)>)| {
        let on = decisions.iter().map(|(on, _)| *on).min().unwrap_or(scene.month.after());
        let positions = decisions.iter().map(|(_, position)| *position).collect();
        let detail = format!(
            "{} decisions on {item} from {on} on; the site had no authority to decide",
            decisions.len()
        );
        let mut found = scene.of_site("D17", "decided_without_authority", positions, detail);
        found.arises_on = on;
        found
    };
    without.into_iter().map(told).collect()
}
