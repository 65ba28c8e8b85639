//! 無關單位: acts that a site appended to a case which is none of its business. They are recorded
//! and judged like any other; that a stranger entered them is a finding. A unit that is named in
//! words, such as 消防, shows which site it is by what it enters in its name. A site that has a
//! case of its own under the same number is none of it: that is a finding about both.

use chrono::{DateTime, FixedOffset};
use tongjian_events::values::UnitCode;
use tongjian_events::{Entry, Event, SiteCode};

use super::bench::Bench;
use crate::finding::FindingKind;
use crate::matter::{Effective, OtherCase, party};

/// A unit that came to the case, or the site that spoke for one, and when.
type Party = (String, DateTime<FixedOffset>);

/// Finds the acts, corrections among them, of sites that are strangers to the case: not its own
/// site, not above or below it, and not named by the case before as co-unit, receiver or agent, nor
/// known as such by having answered for one.
pub(super) fn judge(bench: &mut Bench<'_>) {
    let Some(own) = bench.summary.site.clone() else { return };
    let mut parties: Vec<Party> =
        bench.acts.iter().filter_map(|act| Some((party(&act.event)?, act.at))).collect();
    let spoke: Vec<Party> = bench.acts.iter().filter_map(|act| speaks_for(act, &parties)).collect();
    parties.extend(spoke);
    for act in bench.acts.iter().chain(bench.corrections) {
        let site = &act.act.site;
        if matches!(act.act.entry, Entry::Import | Entry::Engine)
            || own.holds(site)
            || site.holds(&own)
            || parties.iter().any(|(unit, since)| *since <= act.at && covers(unit, site))
        {
            continue;
        }
        let detail = format!("entered by {site}; the case is one of {own}");
        let kind = FindingKind::ActByStrangerSite;
        bench.find(kind, act.on(), vec![act.position()], detail);
    }
}

/// 一號兩案: finds that other sites have cases of their own under the number, naming the first.
pub(super) fn number_used_twice<'m>(
    bench: &mut Bench<'_>,
    mut others: impl Iterator<Item = &'m OtherCase>,
) {
    let Some(OtherCase { site, position, at }) = others.next() else { return };
    let Some(opened) = bench.acts.first() else { return };
    let (on, more) = (bench.place.civil(at).date(), others.count());
    let mut detail = format!("{site} has a case of {on} under the same number");
    if more > 0 {
        detail = format!("{site} has a case of {on} under the same number, {more} more as well");
    }
    let positions = vec![opened.position(), *position];
    let arises_on = on.max(opened.on());
    bench.find(FindingKind::CaseNumberUsedTwice, arises_on, positions, detail);
}

/// The site of a unit that was notified or sent the case by its name: the one that enters the
/// unit's opinion or result. A unit named by its code has that site and no other.
fn speaks_for(act: &Effective<'_>, parties: &[Party]) -> Option<Party> {
    let unit: &UnitCode = match &*act.event {
        Event::CoUnitOpinionGiven(body) => &body.unit,
        Event::UpperResultReceived(body) => &body.from,
        _ => return None,
    };
    let unit = unit.as_str();
    let by_code = unit.len() == 12 && unit.bytes().all(|byte| byte.is_ascii_digit());
    let asked = parties.iter().any(|(asked, since)| asked == unit && *since <= act.at);
    (asked && !by_code).then(|| (act.act.site.to_string(), act.at))
}

/// Whether a unit, named by its code, is the site or one above it.
fn covers(unit: &str, site: &SiteCode) -> bool {
    SiteCode::new(unit).is_ok_and(|unit| unit.holds(site))
}
