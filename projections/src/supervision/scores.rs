//! 考核: units by the month, the half-year and the year; windows and posts; the ranking of those of
//! one level, and what the last of them get. Every figure follows from facts and the score rules.

mod league;
mod posts;
mod quality;
mod satisfaction;
mod sheet;
mod year;

use tongjian_events::SiteCode;
use tongjian_events::policy::ScoreRulesAdopted;

use super::SCORES_AT;
use super::docket::{Docket, Month};
use super::fact::{Fact, Stated};
use crate::context::Context;
use crate::deadlines::positions;
use crate::{Cell, Lines, Table, day, integer, text};
use quality::Quality;
use sheet::Sheet;

/// The places of these tables among those of the dockets.
const AT_SCORES: usize = SCORES_AT;
const AT_TOTALS: usize = SCORES_AT + 1;
const AT_WINDOWS: usize = SCORES_AT + 2;
const AT_STAFF: usize = SCORES_AT + 3;
const AT_SATISFACTION: usize = SCORES_AT + 4;
const AT_RANKINGS: usize = SCORES_AT + 5;
const AT_ADMONITIONS: usize = SCORES_AT + 6;

/// 分項得分: one line per part of a unit's month.
pub(super) const SCORES: Table = Table {
    name: "scores",
    columns: &[
        text("site"),
        text("period"),
        day("arises_on"),
        text("part"),
        integer("weight_hundredths"),
        integer("points_hundredths"),
        integer("deducted_hundredths"),
        text("reasons"),
        text("positions"),
        integer("rule_edition"),
    ],
    indexes: &[&["site", "period"], &["period", "part"]],
};

/// 總分: one line per period of a unit, with the data quality beside it.
pub(super) const TOTALS: Table = Table {
    name: "score_totals",
    columns: &[
        text("site"),
        text("period"),
        text("period_kind"),
        day("arises_on"),
        integer("months"),
        integer("finished"),
        integer("parts_hundredths"),
        integer("bonus_hundredths"),
        text("bonuses"),
        integer("sanctions_hundredths"),
        integer("total_hundredths"),
        integer("quality_hundredths"),
        integer("truth_hundredths"),
        integer("called_back"),
        integer("timeliness_hundredths"),
        integer("completeness_hundredths"),
        integer("accuracy_hundredths"),
        integer("ranked"),
        integer("rule_edition"),
    ],
    indexes: &[&["site", "period"], &["period_kind", "period", "total_hundredths"]],
};

/// 窗口得分: one line per part of a window's month, and one for what is known of it in all.
pub(super) const WINDOWS: Table = Table {
    name: "window_scores",
    columns: posts::COLUMNS,
    indexes: &[&["site", "period"], &["period"]],
};

/// 人員得分: the same of a member of staff, by number.
pub(super) const STAFF: Table = Table {
    name: "staff_scores",
    columns: posts::COLUMNS,
    indexes: &[&["site", "period"], &["period"], &["post", "period"]],
};

/// 滿意度: one line per site and month: n rated of n handled.
pub(super) const SATISFACTION: Table = Table {
    name: "satisfaction",
    columns: &[
        text("site"),
        text("month"),
        day("arises_on"),
        integer("handled"),
        integer("rated"),
        integer("satisfied"),
        integer("share_hundredths"),
        integer("rule_edition"),
    ],
    indexes: &[&["site", "month"], &["month"]],
};

/// 排名: one line per unit of those ranked together in a month; those not ranked have no place.
pub(super) const RANKINGS: Table = Table {
    name: "unit_rankings",
    columns: &[
        text("parent"),
        text("level"),
        text("month"),
        day("arises_on"),
        text("site"),
        integer("finished"),
        integer("total_hundredths"),
        integer("quality_hundredths"),
        integer("ranked"),
        integer("place"),
        integer("place_from_last"),
        integer("units_ranked"),
        text("notice"),
        integer("rule_edition"),
    ],
    indexes: &[&["month", "level", "place"], &["site", "month"]],
};

/// 效能告誡建議: what a person may do about unit cards in a row, or too many in a year.
pub(super) const ADMONITIONS: Table = Table {
    name: "admonitions_proposed",
    columns: &[
        text("site"),
        text("reason"),
        text("of"),
        day("arises_on"),
        text("positions"),
        integer("rule_edition"),
    ],
    indexes: &[&["arises_on"], &["site", "arises_on"]],
};

pub(super) fn judge(docket: &Docket, facts: &[Stated], context: &Context, out: &mut Lines) {
    match docket {
        Docket::SiteMonth(site, month) => {
            satisfaction::judge(site, *month, facts, context, out);
            let Some(rules) = rules(*month, context) else { return };
            unit(site, *month, facts, rules, out);
            posts::judge(site, *month, facts, rules, out);
        }
        Docket::SiteYear(site, year) => year::judge(site, *year, facts, context, out),
        Docket::League(parent, level, month) => {
            let Some(rules) = rules(*month, context) else { return };
            league::judge(parent, *level, *month, facts, (rules, context), out);
        }
        _ => {}
    }
}

/// The score rules that judge a month: those in force on its last day.
fn rules(month: Month, context: &Context) -> Option<&ScoreRulesAdopted> {
    context.policies().scores.on(month.last())
}

/// Whether a fact is one that a unit is scored by. A month without any is not scored.
fn is_scored(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::CaseEnded(_)
            | Fact::ScoredCard { .. }
            | Fact::ComplaintDecided { .. }
            | Fact::Reviewed { .. }
            | Fact::CalledBack { .. }
    )
}

/// One fact that counts: its position and what is stated.
type Told<'f> = (u64, &'f Fact);

fn told(facts: &[Stated]) -> Vec<Told<'_>> {
    let scored = facts.iter().filter(|stated| is_scored(&stated.fact));
    scored.map(|stated| (stated.position, &stated.fact)).collect()
}

fn unit(
    site: &SiteCode,
    month: Month,
    facts: &[Stated],
    rules: &ScoreRulesAdopted,
    out: &mut Lines,
) {
    let told = told(facts);
    if told.is_empty() {
        return;
    }
    let sheet = Sheet::of(&told, rules);
    for part in &sheet.parts {
        out.0.push((
            AT_SCORES,
            vec![
                site.to_string().into(),
                month.to_string().into(),
                month.after().into(),
                part.part.to_string().into(),
                part.weight.into(),
                part.points().into(),
                part.deducted.into(),
                part.reasons.join("; ").into(),
                positions(&part.positions).into(),
                i64::from(rules.edition.get()).into(),
            ],
        ));
    }
    let total = Total {
        period: month.to_string(),
        kind: "month",
        arises_on: month.after(),
        months: 1,
        finished: sheet.finished,
        parts: sheet.parts_sum(),
        bonus: sheet.bonus,
        bonuses: sheet.bonuses.join("; "),
        sanctions: 0,
        total: sheet.total,
        quality: sheet.quality,
    };
    out.0.push((AT_TOTALS, total.line(site, rules)));
}

/// A unit's period in one line.
struct Total {
    period: String,
    kind: &'static str,
    arises_on: chrono::NaiveDate,
    months: i64,
    finished: i64,
    parts: i64,
    bonus: i64,
    bonuses: String,
    sanctions: i64,
    total: i64,
    quality: Quality,
}

impl Total {
    fn line(self, site: &SiteCode, rules: &ScoreRulesAdopted) -> Vec<Cell> {
        let quality = &self.quality;
        let ranked = self.finished >= i64::from(rules.ranking.least_cases.get());
        vec![
            site.to_string().into(),
            self.period.into(),
            Cell::Word(self.kind),
            self.arises_on.into(),
            self.months.into(),
            self.finished.into(),
            self.parts.into(),
            self.bonus.into(),
            self.bonuses.into(),
            self.sanctions.into(),
            self.total.into(),
            quality.score().into(),
            quality.truth().into(),
            quality.called_back.into(),
            quality.timeliness().into(),
            quality.completeness().into(),
            quality.accuracy().into(),
            ranked.into(),
            i64::from(rules.edition.get()).into(),
        ]
    }
}
