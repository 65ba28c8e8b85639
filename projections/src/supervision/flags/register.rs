//! 登記所示: what the register of a site shows: vacant posts, persons taken away, texts that do not
//! hang, authority that is missing, limits that contradict, faults, a ledger never opened.

mod items;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tongjian_events::inspection::Flag;
use tongjian_events::site::{ResponsiblePost, SiteLevel};
use tongjian_events::values::WorkingDays;
use tongjian_events::{Event, SiteCode};

use super::super::docket::Quarter;
use super::super::flag_facts::level;
use super::{Evidence, Look, acts};
use crate::calendar::Calendar;
use crate::context::day_after;
use crate::matter::MatterAct;

/// The rules whose object is a state that lasts.
pub(super) const RULES: &[&str] = &[
    "post_vacant",
    "fault_unrepaired",
    "ledger_not_opened",
    "disclosure_lapsed",
    "authorisation_missing",
    "authorisation_expired",
    "promise_beyond_statute",
    "steps_beyond_promise",
];

pub(super) fn evidence(site: &SiteCode, look: &Look<'_>) -> Vec<Evidence> {
    let mut found = recalled(site, look);
    found.extend(unmanned(site, look));
    found.extend(items::evidence(site, look));
    found.extend(faults(site, look));
    if let Some(built) = built(look) {
        found.extend(vacant(site, look, built));
        found.extend(ledger(site, look, built));
    }
    found
}

/// When the site was built, with the act.
fn built(look: &Look<'_>) -> Option<(NaiveDate, u64)> {
    let built = acts(look.facts).filter(|(_, act)| matches!(act.event, Event::SiteEstablished(_)));
    built.map(|(stated, act)| (stated.on, act.position)).min()
}

/// The first day after a span of working days that began with a day.
fn after(calendar: &Calendar, from: NaiveDate, days: WorkingDays) -> Option<NaiveDate> {
    Some(day_after(calendar.due(from, u32::from(days.get())).ok()?.on))
}

/// The acts of the register in the order they happened.
fn in_time<'l>(look: &'l Look<'_>) -> Vec<(NaiveDate, &'l MatterAct)> {
    let mut all: Vec<_> = acts(look.facts).map(|(stated, act)| (stated.on, act)).collect();
    all.sort_by_key(|(_, act)| (act.occurred_at, act.position));
    all
}

/// The posts that the seed asks of a site of a level.
pub(crate) fn posts(level: SiteLevel) -> &'static [ResponsiblePost] {
    match level {
        SiteLevel::Township => &[
            ResponsiblePost::FirstResponsiblePerson,
            ResponsiblePost::CentreDirector,
            ResponsiblePost::ExecutiveDeputyDirector,
        ],
        SiteLevel::Village => {
            &[ResponsiblePost::FirstResponsiblePerson, ResponsiblePost::RoomAgent]
        }
        SiteLevel::Municipal | SiteLevel::County => &[],
    }
}

/// 崗位空缺: nobody holds a post for more days than allowed.
fn vacant(site: &SiteCode, look: &Look<'_>, (built, by): (NaiveDate, u64)) -> Vec<Evidence> {
    let Some(level) = level(site) else { return Vec::new() };
    let mut found = Vec::new();
    for post in posts(level) {
        for (since, shown, until_on) in vacancies(look, *post, built, by) {
            let days = look.rules.post_vacant_working_days;
            let arises_on = after(look.place(site).calendar, since, days);
            let Some(arises_on) = arises_on.filter(|on| until_on.is_none_or(|until| *on <= until))
            else {
                continue;
            };
            found.push(Evidence {
                site: site.clone(),
                flag: Flag::Personnel,
                rule: "post_vacant",
                subject: Some(post.to_string()),
                arises_on,
                until_on,
                positions: vec![shown],
                detail: format!("nobody holds the post {post} since {since}"),
            });
        }
    }
    found
}

/// The spans in which nobody holds a post: since when, the act that shows it, until when.
fn vacancies(
    look: &Look<'_>,
    post: ResponsiblePost,
    built: NaiveDate,
    by: u64,
) -> Vec<(NaiveDate, u64, Option<NaiveDate>)> {
    let mut holders = Vec::new();
    let mut empty = Some((built, by));
    let mut spans = Vec::new();
    for (on, act) in in_time(look) {
        match &act.event {
            Event::ResponsiblePersonAppointed(body) if body.post == post => {
                holders.push(&body.staff);
                if let Some((since, shown)) = empty.take() {
                    spans.push((since, shown, Some(on)));
                }
            }
            Event::ResponsiblePersonRelieved(body) if body.post == post => {
                holders.retain(|holder| **holder != body.staff);
                if holders.is_empty() && empty.is_none() {
                    empty = Some((on.max(built), act.position));
                }
            }
            _ => {}
        }
    }
    spans.extend(empty.map(|(since, shown)| (since, shown, None)));
    spans
}

/// 人員更換: more were taken away in a quarter than allowed.
fn recalled(site: &SiteCode, look: &Look<'_>) -> Vec<Evidence> {
    let mut quarters: BTreeMap<Quarter, Vec<(NaiveDate, u64)>> = BTreeMap::new();
    for (on, act) in in_time(look) {
        if matches!(act.event, Event::StaffRecalled(_)) {
            quarters.entry(Quarter::holding(on)).or_default().push((on, act.position));
        }
    }
    let most = look.rules.recalled_per_quarter.get() as usize;
    let over = quarters.into_iter().filter_map(|(quarter, recalled)| {
        let (on, _) = *recalled.get(most)?;
        Some(Evidence {
            site: site.clone(),
            flag: Flag::Personnel,
            rule: "staff_rotated",
            subject: Some(quarter.to_string()),
            arises_on: day_after(on),
            until_on: None,
            positions: recalled.iter().map(|(_, position)| *position).collect(),
            detail: format!("{} persons were taken away in {quarter}", recalled.len()),
        })
    });
    over.collect()
}

/// 暗訪缺崗: an unannounced visit found fewer posts filled than should have been. One person saw it:
/// it raises a suspicion, and confirms nothing.
fn unmanned<'l>(site: &'l SiteCode, look: &'l Look<'_>) -> impl Iterator<Item = Evidence> + 'l {
    in_time(look).into_iter().filter_map(|(on, act)| {
        let Event::MysteryVisitMade(seen) = &act.event else { return None };
        let (expected, filled) = seen.posts_expected.zip(seen.posts_filled)?;
        (filled < expected).then(|| Evidence {
            site: site.clone(),
            flag: Flag::Personnel,
            rule: "posts_empty_on_visit",
            subject: seen.window.as_ref().map(ToString::to_string),
            arises_on: day_after(on),
            until_on: None,
            positions: vec![act.position],
            detail: format!("of {expected} posts {filled} were filled on an unannounced visit"),
        })
    })
}

/// 故障未修復.
fn faults(site: &SiteCode, look: &Look<'_>) -> Vec<Evidence> {
    let all = in_time(look);
    let mut found = Vec::new();
    for (on, act) in &all {
        let Event::FacilityFaultReported(fault) = &act.event else { continue };
        let repaired = all.iter().find(|(_, other)| {
            (other.occurred_at, other.position) > (act.occurred_at, act.position)
                && matches!(&other.event, Event::FacilityRepaired(body)
                    if body.facility == fault.facility && body.device == fault.device)
        });
        let until_on = repaired.map(|(on, _)| *on);
        let arises_on = after(look.place(site).calendar, *on, look.rules.fault_working_days);
        let late = |on: &NaiveDate| until_on.is_none_or(|until| *on <= until);
        let Some(arises_on) = arises_on.filter(late) else { continue };
        found.push(Evidence {
            site: site.clone(),
            flag: Flag::Facilities,
            rule: "fault_unrepaired",
            subject: Some(format!("{}#{}", fault.facility, act.position)),
            arises_on,
            until_on,
            positions: vec![act.position],
            detail: format!("{} does not work since {on}", fault.facility),
        });
    }
    found
}

/// 未建臺帳: a room without its one service ledger.
fn ledger(site: &SiteCode, look: &Look<'_>, (built, by): (NaiveDate, u64)) -> Option<Evidence> {
    if level(site) != Some(SiteLevel::Village) {
        return None;
    }
    let opened = acts(look.facts).filter(|(_, act)| matches!(act.event, Event::LedgerOpened(_)));
    let until_on = opened.map(|(stated, _)| stated.on).min();
    let days = look.rules.ledger_opened_working_days;
    let arises_on = after(look.place(site).calendar, built, days)?;
    let late = until_on.is_none_or(|until| arises_on <= until);
    late.then(|| Evidence {
        site: site.clone(),
        flag: Flag::Facilities,
        rule: "ledger_not_opened",
        subject: None,
        arises_on,
        until_on,
        positions: vec![by],
        detail: format!("built on {built}, and no ledger opened"),
    })
}
