//! 異常指標: what shows only over many matters. Each indicator is a small pure function of a
//! docket's facts with its thresholds in the policy and its triggering positions as evidence; for a
//! person to weigh, never a sanction. A rule that the policy leaves out is not judged.

use chrono::NaiveDate;
use tongjian_events::SiteCode;
use tongjian_events::policy::IndicatorRulesAdopted;

use super::docket::{Docket, Month};
use super::fact::{CaseMonth, Fact, Stated};
use crate::context::{Context, Jurisdiction};
use crate::deadlines::positions;
use crate::irregularities::{COLUMNS, INDEXES};
use crate::{Cell, Lines, Table, day, integer, text};

mod again;
mod batch;
mod charge;
mod corrected;
mod drift;
mod edge;
mod hours;
mod identity;
mod late;
mod out_of_hours;
mod pauses;
mod queue;
mod reviews;
mod sample;
mod serial;
mod series;
mod volume;
mod withdrawals;
mod zero;

/// 異常指標: one line per indicator that shows in a docket, with the columns of `irregularities`.
pub(super) const TABLE: Table = Table { name: "indicators", columns: COLUMNS, indexes: INDEXES };

/// 抽樣: the cases drawn for call-back.
pub(super) const SAMPLES: Table = Table {
    name: "samples",
    columns: &[
        text("site"),
        text("case_stream"),
        day("drawn_on"),
        day("decided_on"),
        integer("position"),
        integer("rank"),
        integer("rule_edition"),
    ],
    indexes: &[&["site", "drawn_on"], &["drawn_on"]],
};

/// One indicator that shows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Indicator {
    /// D01 to D21.
    rule: &'static str,
    /// Which case of it.
    kind: &'static str,
    /// What it is about, as `site/…`, `item/…`, `case/…`, `staff/…`.
    object: String,
    /// The first day on which it holds.
    arises_on: NaiveDate,
    /// The acts that show it.
    positions: Vec<u64>,
    /// The figures in words.
    detail: String,
}

/// A month of a site before its judge.
struct Scene<'s> {
    site: &'s SiteCode,
    month: Month,
    /// The facts of the month, and the register of the site.
    facts: &'s [Stated],
    context: &'s Context,
    place: Jurisdiction<'s>,
    /// The policy in force when the month is over.
    rules: &'s IndicatorRulesAdopted,
}

impl Scene<'_> {
    /// What cases left here in the month, each with its stream.
    fn cases(&self) -> impl Iterator<Item = (&str, &CaseMonth)> {
        self.facts.iter().filter_map(|stated| match &stated.fact {
            Fact::CaseMonth(traces) => Some((stated.stream.as_str(), &**traces)),
            _ => None,
        })
    }

    /// An indicator about the site, which shows when the month is over.
    fn of_site(
        &self,
        rule: &'static str,
        kind: &'static str,
        positions: Vec<u64>,
        detail: String,
    ) -> Indicator {
        let object = format!("site/{}", self.site);
        Indicator { rule, kind, object, arises_on: self.month.after(), positions, detail }
    }
}

/// Whether a part is more than so many per cent of the whole.
fn is_over(part: usize, whole: usize, percent: u16) -> bool {
    part as u64 * 100 > whole as u64 * u64::from(percent)
}

/// Judges a docket.
pub(super) fn judge(docket: &Docket, facts: &[Stated], context: &Context, out: &mut Lines) {
    let (mut site_of, mut item_of) = (None, None);
    let found = match docket {
        Docket::SiteMonth(site, month) => {
            site_of = Some(site);
            site_month(site, *month, facts, context, out)
        }
        Docket::Site(site) => {
            site_of = Some(site);
            serial::holes(site, facts, context)
        }
        Docket::ItemQuarter(item, quarter) => {
            item_of = Some(item);
            zero::cases(item, *quarter, facts, context)
        }
        Docket::HandlingMonth(item, site, month) => {
            (site_of, item_of) = (Some(site), Some(item));
            let mut found = pauses::of_links(site, facts, context);
            found.extend(queue::jumped(*month, facts, context));
            found.extend(charge::by_tariff(facts, context));
            found
        }
        Docket::Series(site, around) => {
            site_of = Some(site);
            series::gaps(site, around, facts, context)
        }
        Docket::Applicant(_, item) => {
            item_of = Some(item);
            again::received(facts, context)
        }
        Docket::AccountMonth(staff, _) => identity::of_account(staff, facts, context),
        Docket::Credential(code) => identity::of_credential(code, facts, context),
        Docket::Network(quarter) => {
            let mut found = pauses::of_units(*quarter, facts, context);
            found.extend(withdrawals::rates(*quarter, facts, context));
            found
        }
        _ => Vec::new(),
    };
    for indicator in found {
        let site = site_of.map(ToString::to_string);
        let item = item_of.map(ToString::to_string);
        out.0.push((0, line(indicator, site, item, context)));
    }
}

fn line(
    mut indicator: Indicator,
    site: Option<String>,
    item: Option<String>,
    context: &Context,
) -> Vec<Cell> {
    indicator.positions.sort_unstable();
    indicator.positions.dedup();
    let site = site.or_else(|| indicator.object.strip_prefix("site/").map(ToOwned::to_owned));
    let rules = context.policies().indicators.on(indicator.arises_on);
    vec![
        Cell::Word(indicator.rule),
        Cell::Word(indicator.kind),
        indicator.object.into(),
        site.into(),
        item.into(),
        indicator.arises_on.into(),
        rules.map(|rules| i64::from(rules.edition.get())).into(),
        indicator.positions.first().copied().into(),
        positions(&indicator.positions).into(),
        indicator.detail.into(),
        Cell::Word(indicator.rule),
    ]
}

/// What a month of a site shows; most of it when the month is over.
fn site_month(
    site: &SiteCode,
    month: Month,
    facts: &[Stated],
    context: &Context,
    out: &mut Lines,
) -> Vec<Indicator> {
    let Some(rules) = context.policies().indicators.on(month.after()) else { return Vec::new() };
    let place = context.jurisdiction(site);
    let scene = Scene { site, month, facts, context, place, rules };
    sample::draw(&scene, out);
    let judges: &[fn(&Scene<'_>) -> Vec<Indicator>] = &[
        batch::entered,
        volume::gaps,
        out_of_hours::entered,
        edge::clustering,
        reviews::anomalies,
        identity::of_decisions,
        drift::of_devices,
        late::uploads,
        corrected::too_much,
        corrected::chain,
        sample::truth,
    ];
    judges.iter().flat_map(|judge| judge(&scene)).collect()
}
