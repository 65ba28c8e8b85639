//! 半年與全年: the mean of the months that were scored, less sanctions once a year; and unit cards in
//! a row or too many in a year, for which an admonition is proposed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tongjian_events::SiteCode;
use tongjian_events::policy::ScoreRulesAdopted;

use super::quality::Quality;
use super::{AT_ADMONITIONS, AT_TOTALS, Sheet, Told, Total, is_scored, rules};
use crate::context::Context;
use crate::deadlines::positions;
use crate::supervision::docket::Month;
use crate::supervision::fact::{Fact, Stated};
use crate::{Cell, Lines};

pub(super) fn judge(
    site: &SiteCode,
    year: i32,
    facts: &[Stated],
    context: &Context,
    out: &mut Lines,
) {
    let mut months: BTreeMap<Month, Vec<Told<'_>>> = BTreeMap::new();
    for stated in facts.iter().filter(|stated| is_scored(&stated.fact)) {
        let month = Month::holding(stated.on);
        months.entry(month).or_default().push((stated.position, &stated.fact));
    }
    let halves = [("half_year", "-H1", 1, 6), ("half_year", "-H2", 7, 12), ("year", "", 1, 12)];
    for (kind, name, from, to) in halves {
        let within = months.iter().filter(|(month, _)| (from..=to).contains(&month.number()));
        let Some(last) = Month::of_year(year, to) else { continue };
        let Some(judging) = rules(last, context) else { continue };
        let sanctions = if kind == "year" { sanctions(facts, judging) } else { 0 };
        let period = (format!("{year:04}{name}"), kind, last.after());
        if let Some(total) = mean(within, period, sanctions, context, judging) {
            out.0.push((AT_TOTALS, total.line(site, judging)));
        }
    }
    admonitions(site, year, facts, context, out);
}

/// The mean of some months; a month before the first score rules is not scored.
fn mean<'m>(
    months: impl Iterator<Item = (&'m Month, &'m Vec<Told<'m>>)>,
    (period, kind, arises_on): (String, &'static str, NaiveDate),
    sanctions: i64,
    context: &Context,
    judging: &ScoreRulesAdopted,
) -> Option<Total> {
    let (mut sheets, mut all) = (Vec::new(), Vec::new());
    for (month, told) in months {
        let Some(rules) = rules(*month, context) else { continue };
        sheets.push(Sheet::of(told, rules));
        all.extend(told.iter().copied());
    }
    let count = i64::try_from(sheets.len()).ok().filter(|count| *count > 0)?;
    let mean = |of: &dyn Fn(&Sheet) -> i64| {
        let sum: i64 = sheets.iter().map(of).sum();
        (2 * sum + count).div_euclid(2 * count)
    };
    Some(Total {
        period,
        kind,
        arises_on,
        months: count,
        finished: sheets.iter().map(|sheet| sheet.finished).sum(),
        parts: mean(&Sheet::parts_sum),
        bonus: mean(&|sheet| sheet.bonus),
        bonuses: String::new(),
        sanctions,
        total: mean(&|sheet| sheet.total) + sanctions,
        quality: Quality::of(&all, judging),
    })
}

/// 處分: what was posted by one of the sanctions, each posting once.
fn sanctions(facts: &[Stated], rules: &ScoreRulesAdopted) -> i64 {
    let posted = facts.iter().filter_map(|stated| match &stated.fact {
        Fact::Points { rule } => rules.formula.sanctions.iter().find(|row| row.rule == *rule),
        _ => None,
    });
    posted.map(|row| i64::from(row.points_hundredths.get())).sum()
}

/// 效能告誡建議: a person admonishes; this says where the rules would.
fn admonitions(site: &SiteCode, year: i32, facts: &[Stated], context: &Context, out: &mut Lines) {
    let mut cards: BTreeMap<Month, (NaiveDate, u64)> = BTreeMap::new();
    for stated in facts {
        if let Fact::UnitCard { month, withdrawn_on: None, .. } = &stated.fact {
            let first = (stated.on, stated.position);
            cards.entry(Month::holding(*month)).or_insert(first);
        }
    }
    let mut row: Vec<(Month, u64)> = Vec::new();
    let mut in_year: Vec<u64> = Vec::new();
    for (month, (on, position)) in cards {
        let Some(rules) = context.policies().scores.on(on) else { continue };
        if row.last().is_some_and(|(before, _)| *before != month.before()) {
            row.clear();
        }
        row.push((month, position));
        let mut line = |reason, of, positions_of: &[u64]| {
            out.0.push((
                AT_ADMONITIONS,
                vec![
                    site.to_string().into(),
                    Cell::Word(reason),
                    Cell::Word(of),
                    on.into(),
                    positions(positions_of).into(),
                    i64::from(rules.edition.get()).into(),
                ],
            ));
        };
        if month.year() != year {
            continue;
        }
        in_year.push(position);
        let wanted = rules.ranking.admonition_in_a_row.get() as usize;
        if wanted > 0 && row.len() >= wanted {
            let from = row.len() - wanted;
            let of: Vec<u64> = row.iter().skip(from).map(|(_, position)| *position).collect();
            line("unit_cards_in_a_row", "unit_head", &of);
        }
        let wanted = rules.ranking.admonition_in_a_year.get() as usize;
        if in_year.len() == wanted {
            line("unit_cards_in_a_year", "leadership", &in_year);
        }
    }
}
