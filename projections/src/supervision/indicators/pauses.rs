//! D07 特別程序濫用, against the item's register and among the units.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tongjian_events::case::ExcludedProcedure;
use tongjian_events::values::Code;
use tongjian_events::{Event, SiteCode};

use super::{Context, Fact, Indicator, Stated};
use crate::context::day_after;
use crate::supervision::docket::Quarter;
use crate::supervision::traces::Paused;

/// 特殊環節: a registered link, from its day until it was cancelled.
struct Link<'l> {
    code: &'l Code,
    procedure: ExcludedProcedure,
    limit: u32,
    from: NaiveDate,
    until: Option<NaiveDate>,
}

impl Link<'_> {
    fn holds(&self, on: NaiveDate) -> bool {
        self.from <= on && self.until.is_none_or(|until| on < until)
    }
}

/// The links of the register, the latest registration last.
fn links(facts: &[Stated]) -> Vec<Link<'_>> {
    let mut acts: Vec<_> = facts
        .iter()
        .filter_map(|stated| match &stated.fact {
            Fact::Act(act) => Some((act.occurred_at, stated.position, stated.on, &act.event)),
            _ => None,
        })
        .collect();
    acts.sort_by_key(|(at, position, ..)| (*at, *position));
    let mut links: Vec<Link<'_>> = Vec::new();
    for (_, _, on, event) in acts {
        match event {
            Event::SpecialLinkRegistered(body) => links.push(Link {
                code: &body.link,
                procedure: body.procedure,
                limit: u32::from(body.limit_working_days.get()),
                from: on,
                until: None,
            }),
            Event::SpecialLinkCancelled(body) => {
                let open = links.iter_mut().filter(|l| *l.code == body.link && l.until.is_none());
                open.for_each(|link| link.until = Some(on));
            }
            _ => {}
        }
    }
    links
}

/// Procedures of cases that rest on no registered link, or outlast its limit. Where the item's
/// register holds no link at all and none is named, nothing is compared.
pub(super) fn of_links(site: &SiteCode, facts: &[Stated], context: &Context) -> Vec<Indicator> {
    let links = links(facts);
    let mut found = Vec::new();
    for stated in facts {
        let Fact::Paused(paused) = &stated.fact else { continue };
        let rules = context.policies().indicators.on(stated.on);
        if rules.is_none_or(|rules| rules.pause_abuse.is_none()) {
            continue;
        }
        let named = |link: &&Link<'_>| match &paused.link {
            Some(code) => link.code == code,
            None => link.procedure == paused.procedure,
        };
        let registered = links.iter().rev().filter(named).find(|link| link.holds(stated.on));
        let indicator = match registered {
            None if paused.link.is_none() && links.is_empty() => None,
            None => Some(not_registered(stated, paused)),
            Some(link) => over_limit(site, stated, paused, link, context),
        };
        found.extend(indicator);
    }
    found
}

fn not_registered(stated: &Stated, paused: &Paused) -> Indicator {
    let name = paused.link.as_ref().map_or_else(|| paused.procedure.to_string(), Code::to_string);
    Indicator {
        rule: "D07",
        kind: "link_not_registered",
        object: stated.stream.clone(),
        arises_on: stated.on,
        positions: vec![stated.position],
        detail: format!("{name} of {} is not in the item's register on that day", stated.on),
    }
}

fn over_limit(
    site: &SiteCode,
    stated: &Stated,
    paused: &Paused,
    link: &Link<'_>,
    context: &Context,
) -> Option<Indicator> {
    let due = context.jurisdiction(site).calendar.due(stated.on, link.limit).ok()?;
    // One that is still open outlasts its limit on the day after.
    if paused.ended.is_some_and(|(end, _)| end <= due.on) {
        return None;
    }
    let end =
        paused.ended.map_or("it is still open".into(), |(end, _)| format!("it ended on {end}"));
    Some(Indicator {
        rule: "D07",
        kind: "longer_than_registered",
        object: stated.stream.clone(),
        arises_on: day_after(due.on),
        positions: [stated.position].into_iter().chain(paused.ended.map(|(_, at)| at)).collect(),
        detail: format!(
            "{} of {} may take {} working days, until {}; {end}",
            link.code, stated.on, link.limit, due.on
        ),
    })
}

/// Units with more procedures in a quarter than the mean of those that had any and so many times
/// the standard deviation.
pub(super) fn of_units(quarter: Quarter, facts: &[Stated], context: &Context) -> Vec<Indicator> {
    let rules = context.policies().indicators.on(quarter.after());
    let Some(limits) = rules.and_then(|rules| rules.pause_abuse) else { return Vec::new() };
    let mut units: BTreeMap<&SiteCode, Vec<u64>> = BTreeMap::new();
    for stated in facts {
        if let Fact::Paused(paused) = &stated.fact {
            units.entry(&paused.site).or_default().push(stated.position);
        }
    }
    let of = |count: usize| i128::try_from(count).unwrap_or(i128::MAX);
    let (n, k) = (of(units.len()), i128::from(limits.deviations.get()));
    let sum: i128 = units.values().map(|of_unit| of(of_unit.len())).sum();
    let squares: i128 = units.values().map(|of_unit| of(of_unit.len()).pow(2)).sum();
    if n < i128::from(limits.least_units.get()) {
        return Vec::new();
    }
    // count > mean + k deviations, without a fraction: n count - sum > 0, and its square is more
    // than k squared times n squares - sum squared.
    let over = |count: i128| {
        let apart = n * count - sum;
        apart > 0 && apart.pow(2) > k.pow(2) * (n * squares - sum.pow(2))
    };
    units
        .into_iter()
        .filter(|(_, positions)| over(of(positions.len())))
        .map(|(site, positions)| Indicator {
            rule: "D07",
            kind: "more_than_other_units",
            object: format!("site/{site}"),
            arises_on: quarter.after(),
            detail: format!(
                "{} excluded procedures in {quarter}; {n} units had {sum} together",
                positions.len()
            ),
            positions,
        })
        .collect()
}
