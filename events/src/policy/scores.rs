//! 考核辦法: how a unit's month is scored: nine parts of a hundred points, what is taken and added,
//! how far the data can be trusted, and which units of a ranking get a card.

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::ScoreForm;
use crate::card::CardLevel;
use crate::complaint::ComplaintCategory;
use crate::shape::{bodies, words};
use crate::values::{
    Code, Count, Edition, Minutes, Percent, PointsHundredths, ScoreHundredths, Text, WorkingDays,
};

words! {
    /// 考核分項: the nine parts of a unit's score.
    ScorePart {
        /// 政務公開.
        Openness,
        /// 流程規範.
        Process,
        /// 期限合法.
        Periods,
        /// 收費合理.
        Charging,
        /// 監督檢查.
        Inspection,
        /// 法律責任.
        Liability,
        /// 廉潔行政.
        Integrity,
        /// 滿意度評價.
        Satisfaction,
        /// 服務態度.
        Attitude,
    }

    /// 扣分情形: what takes points from a unit.
    DeductionReason {
        /// 預警.
        Warning,
        /// 黃牌.
        YellowCard,
        /// 紅牌.
        RedCard,
        /// 投訴屬實.
        ComplaintVerified,
        /// 投訴部分屬實.
        ComplaintPartlyVerified,
        /// 差評屬實.
        BadReviewFounded,
        /// 數據上傳不完整: for each full per cent of the finished cases.
        UploadIncomplete,
    }

    /// 加分情形: what adds points to a unit.
    BonusReason {
        /// 提前辦結: of the finished cases, the share that was done before the due day.
        EarlyCompletion,
        /// 承諾提速: by how much the promises cut the statutory limits.
        PromiseCut,
    }

    /// 單位排名處理: what the last units of a ranking get.
    UnitNotice {
        /// 口頭提醒.
        OralReminder,
        /// 黃牌.
        Yellow,
        /// 紅牌.
        Red,
    }
}

/// 分項權重: one part and what it weighs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightedPart {
    /// The part.
    pub part: ScorePart,
    /// Its full points.
    pub weight_hundredths: PointsHundredths,
}

/// 分項權重表: the nine parts. Weights that do not sum to a hundred points are refused with both
/// numbers, and so is a part that is there twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<WeightedPart>", into = "Vec<WeightedPart>")]
pub struct Weights(Vec<WeightedPart>);

impl Weights {
    /// The parts, in the order of the policy.
    pub fn iter(&self) -> impl Iterator<Item = &WeightedPart> {
        self.0.iter()
    }

    fn holds(&self, part: ScorePart) -> bool {
        self.0.iter().any(|weighted| weighted.part == part)
    }
}

impl TryFrom<Vec<WeightedPart>> for Weights {
    type Error = String;
    fn try_from(parts: Vec<WeightedPart>) -> Result<Self, String> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = parts.iter().find(|part| !seen.insert(part.part)) {
            return Err(format!("the part `{}` is there twice", twice.part));
        }
        let sum: i64 = parts.iter().map(|p| i64::from(p.weight_hundredths.get())).sum();
        if sum != 10_000 {
            return Err(format!("the weights sum to {}, not to 100.00 points", points(sum)));
        }
        Ok(Self(parts))
    }
}

impl From<Weights> for Vec<WeightedPart> {
    fn from(weights: Weights) -> Self {
        weights.0
    }
}

impl JsonSchema for Weights {
    fn schema_name() -> Cow<'static, str> {
        "Weights".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<WeightedPart>();
        json_schema!({
            "type": "array", "items": items, "minItems": 1, "maxItems": 9,
            "examples": [[
                { "part": "openness", "weight_hundredths": 1000 },
                { "part": "process", "weight_hundredths": 1400 },
                { "part": "periods", "weight_hundredths": 1400 },
                { "part": "charging", "weight_hundredths": 800 },
                { "part": "inspection", "weight_hundredths": 1400 },
                { "part": "liability", "weight_hundredths": 1000 },
                { "part": "integrity", "weight_hundredths": 1000 },
                { "part": "satisfaction", "weight_hundredths": 1000 },
                { "part": "attitude", "weight_hundredths": 1000 },
            ]],
        })
    }
}

/// 扣分: one row. Of two rows for one reason the one that names the card's rule or the complaint's
/// kind speaks; the one that names none is for all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{
    "reason": "yellow_card", "rules": ["Y01"], "parts": ["periods"],
    "points_hundredths": -500, "every": 1, "most_hundredths": -1000, "source": "样例",
}]))]
pub struct Deduction {
    /// For what.
    pub reason: DeductionReason,
    /// Only for cards by these rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Code>,
    /// Only for complaints of these kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<ComplaintCategory>,
    /// From which parts; a fact that touches two is taken from both.
    pub parts: Vec<ScorePart>,
    /// How much; what is taken is negative.
    pub points_hundredths: ScoreHundredths,
    /// For each full so many; for each one where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("minimum" = 1))]
    pub every: Option<Count>,
    /// Not more than this in a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_hundredths: Option<ScoreHundredths>,
    /// Where the row comes from.
    pub source: Text,
}

/// 加分: one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bonus {
    /// For what.
    pub reason: BonusReason,
    /// From this share on.
    pub from_percent: Percent,
    /// How much it adds.
    pub points_hundredths: PointsHundredths,
    /// Each further so many per cent …
    #[schemars(extend("minimum" = 1))]
    pub each_further_percent: Percent,
    /// … add so much.
    pub further_points_hundredths: PointsHundredths,
    /// Only where the data quality is at least so many per cent: speed that rests on doubtful
    /// entries is not rewarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_quality_percent: Option<Percent>,
    /// Where the row comes from.
    pub source: Text,
}

/// 處分: what a sanction takes, once a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sanction {
    /// The code under which `card.PointsPosted` names it as its rule.
    pub rule: Code,
    /// How much; what is taken is negative.
    pub points_hundredths: ScoreHundredths,
    /// Where the row comes from.
    pub source: Text,
}

/// 計分公式: the parts, what is taken from them and what is added. A deduction that adds, or that
/// is taken from a part without a weight, is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "FormulaAsSent", deny_unknown_fields)]
pub struct Formula {
    /// The nine parts.
    pub parts: Weights,
    /// What is taken. A part never falls below 0.
    pub deductions: Vec<Deduction>,
    /// What is added to the sum.
    pub bonuses: Vec<Bonus>,
    /// What is taken from the year.
    pub sanctions: Vec<Sanction>,
    /// 折合係數, in hundredths: the sum of parts and bonuses is multiplied by it.
    #[schemars(extend("minimum" = 1))]
    pub conversion_hundredths: PointsHundredths,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FormulaAsSent {
    /// The nine parts.
    parts: Weights,
    /// What is taken.
    deductions: Vec<Deduction>,
    /// What is added to the sum.
    bonuses: Vec<Bonus>,
    /// What is taken from the year.
    sanctions: Vec<Sanction>,
    /// The conversion coefficient, in hundredths.
    #[schemars(extend("minimum" = 1))]
    conversion_hundredths: PointsHundredths,
}

impl TryFrom<FormulaAsSent> for Formula {
    type Error = String;
    fn try_from(sent: FormulaAsSent) -> Result<Self, String> {
        for row in &sent.deductions {
            if row.points_hundredths.get() > 0 {
                let adds = points(row.points_hundredths.get().into());
                return Err(format!("the deduction `{}` adds {adds} points", row.reason));
            }
            if let Some(part) = row.parts.iter().find(|part| !sent.parts.holds(**part)) {
                return Err(format!(
                    "`{}` is taken from `{part}`, which has no weight",
                    row.reason
                ));
            }
        }
        if let Some(row) = sent.sanctions.iter().find(|row| row.points_hundredths.get() > 0) {
            let adds = points(row.points_hundredths.get().into());
            return Err(format!("the sanction `{}` adds {adds} points", row.rule));
        }
        let FormulaAsSent { parts, deductions, bonuses, sanctions, conversion_hundredths } = sent;
        Ok(Self { parts, deductions, bonuses, sanctions, conversion_hundredths })
    }
}

/// Points as people write them.
fn points(hundredths: i64) -> String {
    let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.abs());
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// 排名處理: up to which place from the last a unit gets what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitCardRow {
    /// Up to this place from the last; the last is the first place.
    #[schemars(extend("minimum" = 1))]
    pub last_places: Count,
    /// What it gets.
    pub notice: UnitNotice,
}

/// 單位排名: who is ranked, when a month's ranking stands, and what the last ones get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// Units with fewer finished cases in the month are listed apart.
    pub least_cases: Count,
    /// In a ranking of fewer units nobody gets a card.
    #[schemars(extend("minimum" = 1))]
    pub least_units: Count,
    /// So many working days after the month it stands, so that late entries are in it.
    pub after_working_days: WorkingDays,
    /// The rule that unit cards cite.
    pub rule: Code,
    /// Closest to the last first.
    pub unit_cards: Vec<UnitCardRow>,
    /// Within how many working days a unit card must be answered.
    #[schemars(extend("minimum" = 1))]
    pub reply_working_days: WorkingDays,
    /// 效能告誡: proposed after so many months with a yellow or red card in a row …
    #[schemars(extend("minimum" = 1))]
    pub admonition_in_a_row: Count,
    /// … and to the leader in charge after so many in a year.
    #[schemars(extend("minimum" = 1))]
    pub admonition_in_a_year: Count,
}

bodies! {
    /// 考核辦法生效: how units, windows and posts are scored, from a day on.
    ScoreRulesAdopted {
        /// The edition that judgements cite.
        edition: Edition,
        /// The first day on which it judges: months that end on or after it.
        effective_on: NaiveDate,
        /// The formula of units.
        formula: Formula,
        /// 批量補錄: acceptance and end entered within less than so many minutes of each other.
        #[schemars(extend("minimum" = 1))]
        batch_entry_minutes: Minutes,
        /// The ranking of units.
        ranking: Ranking,
        /// The forms for windows and posts.
        forms: Vec<ScoreForm>,
        /// Where each number comes from.
        sources: Vec<Text>,
    }
}

impl DeductionReason {
    /// The reason that a card is, if it takes points.
    #[must_use]
    pub const fn of_card(level: CardLevel) -> Option<Self> {
        match level {
            CardLevel::Warning => Some(Self::Warning),
            CardLevel::Yellow => Some(Self::YellowCard),
            CardLevel::Red => Some(Self::RedCard),
            CardLevel::Reminder | CardLevel::Serious => None,
        }
    }
}
