//! 單位: in what a figure is counted, and how its number is written. No float anywhere.

use serde::{Deserialize, Serialize};

/// 計量單位.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 件: cases, complaints, acts on paper.
    Cases,
    /// 張: cards.
    Cards,
    /// 個: sites, posts, units.
    Sites,
    /// 項: findings, flags, matters.
    Matters,
    /// 份: slips, orders, papers.
    Papers,
    /// 次: acts, inspections, reviews.
    Times,
    /// 人: staff.
    Persons,
    /// 元: money; the number is in fen.
    Fen,
    /// 百分比; the number is in hundredths of a per cent.
    ShareHundredths,
    /// 分; the number is in hundredths of a point.
    PointHundredths,
    /// 個工作日; the number is in hundredths of a day.
    WorkingDayHundredths,
    /// 名: a place in a ranking.
    Place,
}

impl Unit {
    /// How many of the number's parts make one, and how many decimals are written.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Fen
            | Self::ShareHundredths
            | Self::PointHundredths
            | Self::WorkingDayHundredths => 2,
            _ => 0,
        }
    }

    /// As it stands behind a number in a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cases => "件",
            Self::Cards => "張",
            Self::Sites => "個",
            Self::Matters => "項",
            Self::Papers => "份",
            Self::Times => "次",
            Self::Persons => "人",
            Self::Fen => "元",
            Self::ShareHundredths => "%",
            Self::PointHundredths => "分",
            Self::WorkingDayHundredths => "個工作日",
            Self::Place => "名",
        }
    }

    /// A number in this unit's least parts, as it is written.
    #[must_use]
    pub fn number(self, value: i64) -> String {
        let sign = if value < 0 { "-" } else { "" };
        let whole = value.unsigned_abs();
        match self.decimals() {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{}.{:02}", whole / 100, whole % 100),
        }
    }

    /// A number as a sentence has it, with its unit: whole working days have no decimals, since a
    /// limit is never told as 2.00個工作日.
    #[must_use]
    pub fn said(self, value: i64) -> String {
        let number = self.number(value);
        let whole = number.strip_suffix(".00").filter(|_| self == Self::WorkingDayHundredths);
        format!("{}{}", whole.unwrap_or(&number), self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;

    #[test]
    fn numbers_are_written_to_the_last_part_of_their_unit() {
        assert_eq!(Unit::Cases.number(1_177), "1177");
        assert_eq!(Unit::Fen.number(5), "0.05");
        assert_eq!(Unit::ShareHundredths.number(10_000), "100.00");
        assert_eq!(Unit::PointHundredths.number(-350), "-3.50");
        assert_eq!(Unit::PointHundredths.number(-5), "-0.05");
        assert_eq!(Unit::WorkingDayHundredths.number(200), "2.00");
    }

    #[test]
    fn a_sentence_has_whole_days_without_decimals() {
        assert_eq!(Unit::WorkingDayHundredths.said(4_300), "43個工作日");
        assert_eq!(Unit::WorkingDayHundredths.said(250), "2.50個工作日");
        assert_eq!(Unit::ShareHundredths.said(10_000), "100.00%");
        assert_eq!(Unit::Fen.said(0), "0.00元");
        assert_eq!(Unit::Cases.said(100), "100件");
    }
}
