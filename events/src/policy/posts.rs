//! 窗口與人員考核表: the forms by which windows and staff posts are scored, part by part. The
//! chronicle shows some of it; the rest needs a person who saw it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::shape::words;
use crate::site::SiteLevel;
use crate::values::{Code, PointsHundredths, ScoreHundredths, Text};

words! {
    /// 考核對象: what a form scores.
    ScoredPost {
        /// 窗口.
        Window,
        /// 人員.
        Staff,
    }

    /// 窗口過失: what takes points from a window or a post.
    PostFault {
        /// 空崗半日: an observer found nobody there for an hour or more, or did not stay to the end.
        Absent,
        /// 離崗半小時: an observer found nobody there for less than an hour.
        AwayBriefly,
        /// 未說明理由拒絕.
        RefusedWithoutReasons,
        /// 多次告知: what was missing was not told at once.
        NoticeRepeated,
        /// 收費無據: paid more than was assessed, or without an assessment.
        ChargedOffTariff,
        /// 收費未開票據.
        ChargedWithoutReceipt,
        /// 超承諾時限.
        PromiseBroken,
        /// 送達逾期.
        DeliveredLate,
        /// 當日未錄入.
        EnteredLate,
        /// 現場所見: what no act shows.
        SeenByPerson,
    }
}

/// 考核表分項: one part of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormPart {
    /// The part, as `staff.AppraisalScored` names it.
    pub part: Code,
    /// Its full points.
    pub points_hundredths: PointsHundredths,
}

/// 考核表細目: what is taken from a part for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormRow {
    /// The part.
    pub part: Code,
    /// For what.
    pub fault: PostFault,
    /// How much for each; what is taken is negative.
    pub points_hundredths: ScoreHundredths,
    /// The row in words.
    pub what: Text,
}

/// 考核表: one form. Parts that do not sum to its base, and rows for no part of it, are refused. A
/// part with a fault that acts show is the chronicle's to score, any other a person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "ScoreFormAsSent", deny_unknown_fields)]
pub struct ScoreForm {
    /// Its code.
    pub form: Code,
    /// What it scores.
    pub of: ScoredPost,
    /// At sites of which levels.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub levels: Vec<SiteLevel>,
    /// The full points.
    pub base_hundredths: PointsHundredths,
    /// The most with what is added.
    pub most_hundredths: PointsHundredths,
    /// Its parts.
    #[schemars(extend("minItems" = 1))]
    pub parts: Vec<FormPart>,
    /// What is taken for what.
    pub rows: Vec<FormRow>,
    /// Where it comes from.
    pub source: Text,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ScoreFormAsSent {
    /// Its code.
    form: Code,
    /// What it scores.
    of: ScoredPost,
    /// At sites of which levels.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    levels: Vec<SiteLevel>,
    /// The full points.
    base_hundredths: PointsHundredths,
    /// The most with what is added.
    most_hundredths: PointsHundredths,
    /// Its parts.
    #[schemars(extend("minItems" = 1))]
    parts: Vec<FormPart>,
    /// What is taken for what.
    rows: Vec<FormRow>,
    /// Where it comes from.
    source: Text,
}

impl TryFrom<ScoreFormAsSent> for ScoreForm {
    type Error = String;
    fn try_from(sent: ScoreFormAsSent) -> Result<Self, String> {
        let (form, base) = (&sent.form, sent.base_hundredths.get());
        let sum: i64 = sent.parts.iter().map(|part| i64::from(part.points_hundredths.get())).sum();
        if sum != i64::from(base) {
            let (sum, base) = (sum / 100, base / 100);
            return Err(format!("the parts of `{form}` sum to {sum}, not to its base of {base}"));
        }
        if sent.most_hundredths.get() < base {
            let most = sent.most_hundredths.get() / 100;
            return Err(format!("`{form}` gives at most {most}, less than its base"));
        }
        for row in &sent.rows {
            if !sent.parts.iter().any(|part| part.part == row.part) {
                return Err(format!("`{form}` has a row for `{}`, no part of it", row.part));
            }
            if row.points_hundredths.get() > 0 {
                return Err(format!("`{form}`: the row `{}` adds points", row.fault));
            }
        }
        let ScoreFormAsSent { form, of, levels, base_hundredths, most_hundredths, .. } = sent;
        let (parts, rows, source) = (sent.parts, sent.rows, sent.source);
        Ok(Self { form, of, levels, base_hundredths, most_hundredths, parts, rows, source })
    }
}

impl ScoreForm {
    /// Whether acts show what a part is worth; otherwise only a person can tell.
    #[must_use]
    pub fn is_shown(&self, part: &Code) -> bool {
        let of_it = |row: &&FormRow| row.part == *part && row.fault != PostFault::SeenByPerson;
        self.rows.iter().any(|row| of_it(&row))
    }
}
