//! 標記: how an inspection moves the flags of its site. A concluded visit of two or more decides by
//! its blocking checks; acts of an authority move a flag as they say.

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::inspection::{Flag, ReinspectionOutcome};
use tongjian_events::values::Position;

use super::visit::{Visit, enough};
use super::{Irregular, Sight};
use crate::matter::Effective;
use crate::supervision::flag_facts::{FlagMark, Mark};

/// Each with its day and the position of the act that makes it.
pub(super) fn of(sight: &Sight<'_>, visit: &Visit<'_>) -> Vec<(NaiveDate, u64, FlagMark)> {
    let mut marks = Vec::new();
    if let Some((on, position, at)) = visit.end() {
        let (rule, edition) = visit.cited();
        for decided in visit.decided() {
            let mark = if decided.in_place { Mark::InPlace } else { Mark::Confirmed };
            let mark = FlagMark {
                site: sight.site.clone(),
                flag: decided.flag,
                mark,
                at,
                evidence: decided.checks,
                rule: rule.clone(),
                edition,
            };
            marks.push((on, position, mark));
        }
    }
    marks.extend(sight.acts.iter().filter_map(|act| by_act(sight, act)));
    marks
}

fn by_act(sight: &Sight<'_>, act: &Effective<'_>) -> Option<(NaiveDate, u64, FlagMark)> {
    let (site, flag, mark, rule, edition, grounds) = match &*act.event {
        Event::FlagSuspected(b) => {
            (&b.site, b.flag, Mark::Suspected, &b.rule, b.rule_edition, &b.grounds)
        }
        Event::FlagConfirmed(b) => {
            (&b.site, b.flag, Mark::Confirmed, &b.rule, b.rule_edition, &b.grounds)
        }
        Event::FlagCleared(b) => {
            let mark = match reinspected_before(sight, act, b.flag) {
                true => Mark::ClearedAfterReinspection,
                false => Mark::Cleared,
            };
            (&b.site, b.flag, mark, &b.rule, b.rule_edition, &b.grounds)
        }
        _ => return None,
    };
    let evidence = grounds.iter().map(|Position(position)| *position).chain([act.position()]);
    let mark = FlagMark {
        site: site.clone(),
        flag,
        mark,
        at: act.at.timestamp_micros(),
        evidence: evidence.collect(),
        rule: Some(rule.to_string()),
        edition: Some(edition.get()),
    };
    Some((act.on(), act.position(), mark))
}

/// Whether, after the flag was last confirmed here, at least two went again and found it rectified.
fn reinspected_before(sight: &Sight<'_>, cleared: &Effective<'_>, flag: Flag) -> bool {
    let before = |act: &&Effective<'_>| (act.at, act.position()) < (cleared.at, cleared.position());
    let mut rectified = false;
    for act in sight.acts.iter().filter(before) {
        match &*act.event {
            Event::FlagConfirmed(body) if body.flag == flag => rectified = false,
            Event::ReinspectionMade(body)
                if body.outcome == ReinspectionOutcome::Rectified && enough(&body.inspectors) =>
            {
                rectified = true;
            }
            _ => {}
        }
    }
    rectified
}

/// What was confirmed here and cleared without a re-inspection by two: it stands on.
pub(super) fn irregular(sight: &Sight<'_>) -> Vec<Irregular> {
    let mut found = Vec::new();
    for act in sight.acts {
        let Event::FlagCleared(body) = &*act.event else { continue };
        let confirmed = sight.acts.iter().rev().find(|other| {
            other.at <= act.at
                && matches!(&*other.event, Event::FlagConfirmed(b) if b.flag == body.flag)
        });
        let Some(confirmed) = confirmed else { continue };
        if !reinspected_before(sight, act, body.flag) {
            let detail = format!(
                "{} was confirmed on {} and no two inspectors found it rectified since: it stands",
                body.flag,
                confirmed.on()
            );
            let positions = vec![confirmed.position(), act.position()];
            let kind = "cleared_without_reinspection";
            found.push(Irregular::new(kind, act.on(), positions, detail));
        }
    }
    found
}
