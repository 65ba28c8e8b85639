//! 異常指標: what shows only over many matters. Each indicator is a small pure function of a
//! docket's facts with its thresholds in the policy and its triggering positions as evidence; for a
//! person to weigh, never a sanction.

use chrono::NaiveDate;

use super::docket::Docket;
use super::fact::{Fact, Stated};
use crate::context::Context;
use crate::deadlines::positions;
use crate::{Cell, Lines, Table, day, integer, text};

mod edge;

/// 異常指標: one line per indicator that shows in a docket.
pub(super) const TABLE: Table = Table {
    name: "indicators",
    columns: &[
        text("rule"),
        text("site"),
        day("arises_on"),
        integer("rule_edition"),
        integer("first_position"),
        text("positions"),
        text("detail"),
    ],
    indexes: &[&["rule", "arises_on"], &["site", "arises_on"], &["arises_on"]],
};

/// One indicator that shows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Indicator {
    rule: &'static str,
    rule_edition: u32,
    /// The first day on which it holds.
    arises_on: NaiveDate,
    /// The acts that show it, in order of position.
    positions: Vec<u64>,
    /// The figures in words.
    detail: String,
}

pub(super) fn judge(docket: &Docket, facts: &[Stated], context: &Context, out: &mut Lines) {
    let mut found = Vec::new();
    let site = match docket {
        Docket::SiteMonth(site, month) => {
            found.extend(edge::clustering(*month, facts, context));
            Some(site)
        }
        Docket::Site(site) => Some(site),
        Docket::SiteYear(..) | Docket::League(..) | Docket::Item(_) => None,
    };
    for indicator in found {
        out.0.push((
            0,
            vec![
                Cell::Word(indicator.rule),
                site.map(ToString::to_string).into(),
                indicator.arises_on.into(),
                i64::from(indicator.rule_edition).into(),
                indicator.positions.first().copied().into(),
                positions(&indicator.positions).into(),
                indicator.detail.into(),
            ],
        ));
    }
}

/// The ends of cases among the facts: the day, the due day, the position.
fn decided(facts: &[Stated]) -> impl Iterator<Item = (NaiveDate, NaiveDate, u64)> + '_ {
    facts.iter().filter_map(|stated| match stated.fact {
        Fact::CaseDecided { due_on } => Some((stated.on, due_on, stated.position)),
        _ => None,
    })
}
