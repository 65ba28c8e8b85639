//! 單位排名: the units of one level under one parent, by the month. Those with too few cases are
//! listed apart; the last ones get what the rules say. A unit from which nothing was taken gets
//! nothing, and of equals at the edge nobody does.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tongjian_events::card::{CardColour, Subject, UnitCardIssued};
use tongjian_events::policy::{ScoreRulesAdopted, UnitNotice};
use tongjian_events::site::SiteLevel;
use tongjian_events::values::{Instant, Position, Text, UnitCode};
use tongjian_events::{SiteCode, StreamId, StreamKind};

use super::super::DUTIES;
use super::sheet::written;
use super::{AT_RANKINGS, Sheet, Told, is_scored};
use crate::context::{Context, day_after};
use crate::supervision::docket::Month;
use crate::supervision::duty::{Duty, first_moment};
use crate::supervision::fact::{Fact, Stated};
use crate::{Cell, Lines};

/// One unit among those it is ranked with.
struct Unit<'f> {
    site: &'f SiteCode,
    sheet: Sheet,
    ranked: bool,
}

/// Where a unit stands.
struct Place {
    /// From the first; equals share it.
    first: i64,
    /// From the last; of equals each has the one furthest from the last.
    last: i64,
    /// How many are ranked.
    of: i64,
}

pub(super) fn judge(
    parent: &SiteCode,
    level: SiteLevel,
    month: Month,
    facts: &[Stated],
    (rules, context): (&ScoreRulesAdopted, &Context),
    out: &mut Lines,
) {
    let mut told: BTreeMap<&SiteCode, Vec<Told<'_>>> = BTreeMap::new();
    for stated in facts {
        if let Fact::OfSite { site, fact } = &stated.fact
            && is_scored(fact)
        {
            told.entry(site).or_default().push((stated.position, fact));
        }
    }
    let least = i64::from(rules.ranking.least_cases.get());
    let units: Vec<Unit<'_>> = told
        .into_iter()
        .map(|(site, told)| {
            let sheet = Sheet::of(&told, rules);
            Unit { site, ranked: sheet.finished >= least, sheet }
        })
        .collect();
    let place = context.jurisdiction(parent);
    let days = u32::from(rules.ranking.after_working_days.get());
    let stands = place.calendar.due(month.last(), days).ok();
    let stands_on = day_after(stands.map_or(month.last(), |due| due.on));
    for unit in &units {
        let at = unit.ranked.then(|| standing(unit, &units));
        let notice = at.as_ref().and_then(|at| notice(unit, at, rules));
        let line = line(unit, at.as_ref(), notice, (month, stands_on, rules));
        let own = [parent.to_string().into(), level.to_string().into(), month.to_string().into()];
        out.0.push((AT_RANKINGS, own.into_iter().chain(line).collect()));
        let due_at = first_moment(&place, stands_on);
        let colour = match notice {
            Some(UnitNotice::Yellow) => CardColour::Yellow,
            Some(UnitNotice::Red) => CardColour::Red,
            Some(UnitNotice::OralReminder) | None => continue,
        };
        if let Some((due_at, at)) = due_at.zip(at)
            && let Some((stream, event)) = card(unit, &at, colour, month, rules, due_at)
        {
            let duty = Duty { stream, after: 0, due_at, until_at: None, by_law: false, event };
            out.0.push((DUTIES, duty.line()));
        }
    }
}

fn standing(unit: &Unit<'_>, units: &[Unit<'_>]) -> Place {
    let count = |is: &dyn Fn(i64) -> bool| {
        let ranked = units.iter().filter(|other| other.ranked && is(other.sheet.total));
        i64::try_from(ranked.count()).unwrap_or(i64::MAX)
    };
    let own = unit.sheet.total;
    Place {
        first: 1 + count(&|total| total > own),
        last: count(&|total| total <= own),
        of: count(&|_| true),
    }
}

/// What the rules say of a place; nothing where too few are ranked or nothing was taken.
fn notice(unit: &Unit<'_>, at: &Place, rules: &ScoreRulesAdopted) -> Option<UnitNotice> {
    let deducted = unit.sheet.parts.iter().any(|part| part.deducted < 0);
    if at.of < i64::from(rules.ranking.least_units.get()) || !deducted {
        return None;
    }
    let mut rows = rules.ranking.unit_cards.iter();
    rows.find(|row| at.last <= i64::from(row.last_places.get())).map(|row| row.notice)
}

fn line(
    unit: &Unit<'_>,
    at: Option<&Place>,
    notice: Option<UnitNotice>,
    (_, stands_on, rules): (Month, NaiveDate, &ScoreRulesAdopted),
) -> Vec<Cell> {
    vec![
        stands_on.into(),
        unit.site.to_string().into(),
        unit.sheet.finished.into(),
        unit.sheet.total.into(),
        unit.sheet.quality.score().into(),
        unit.ranked.into(),
        at.map(|at| at.first).into(),
        at.map(|at| at.last).into(),
        at.map(|at| at.of).into(),
        notice.map(|notice| notice.to_string()).into(),
        i64::from(rules.edition.get()).into(),
    ]
}

/// One stream for one unit, month and colour.
fn card(
    unit: &Unit<'_>,
    at: &Place,
    colour: CardColour,
    month: Month,
    rules: &ScoreRulesAdopted,
    due_at: chrono::DateTime<chrono::FixedOffset>,
) -> Option<(StreamId, tongjian_events::Event)> {
    let rule = &rules.ranking.rule;
    let name = format!("{rule}.{colour}.{}.{month}", unit.site);
    let stream = StreamId::new(StreamKind::Card, &name).ok()?;
    let mut grounds: Vec<u64> =
        unit.sheet.parts.iter().flat_map(|part| part.positions.iter().copied()).collect();
    grounds.sort_unstable();
    grounds.dedup();
    let (last, of) = (at.last, at.of);
    let total = written(unit.sheet.total);
    let matter = format!("{month}: {total} points, place {last} from the last of {of}");
    let card = UnitCardIssued {
        colour,
        subject: Subject {
            unit: UnitCode::new(unit.site.as_str()).ok()?,
            case: None,
            step: None,
            item: None,
            site: Some(unit.site.clone()),
            window: None,
            staff: None,
        },
        rule: rule.clone(),
        rule_edition: rules.edition,
        grounds: grounds.into_iter().map(Position).collect(),
        matter: Text::new(&matter).ok(),
        reply_working_days: Some(rules.ranking.reply_working_days),
        fell_due_at: Some(Instant(due_at)),
    };
    Some((stream, card.into()))
}
