//! 內容: what a bulletin says, before it has a form. Sections of sentences, tables and charts, and
//! every number a figure that names its query. A renderer knows this value and a layout, no more.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tongjian_events::SiteCode;
use tongjian_events::bulletin::{Basis, BulletinKind};
use tongjian_events::values::Period;

mod unit;

pub use unit::Unit;

/// The edition of this form; a file says it, so that one of an older form is not misread.
pub const FORM: u32 = 1;

/// 通報內容. The text is in traditional characters where it is ours, and as recorded where it is
/// a name; a layout converts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// [`FORM`].
    pub form: u32,
    /// Its kind.
    pub kind: BulletinKind,
    /// 標題.
    pub title: String,
    /// The supervising body's name on the last day of the period.
    pub body: String,
    /// 範圍: the name of the site whose subtree it covers.
    pub scope_name: String,
    /// What all its figures follow from.
    pub basis: Basis,
    /// The periods it compares with.
    pub compared: Vec<Compared>,
    /// 正文.
    pub sections: Vec<Section>,
    /// 附件: tables that are too long for the text.
    pub annexes: Vec<Section>,
    /// Every figure by its name.
    pub figures: BTreeMap<String, Figure>,
}

/// 對比期: a period that figures are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// Which.
    pub with: Over,
    /// Its days.
    pub period: Period,
}

/// 所屬期: over which period a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// 本期.
    Current,
    /// 上期.
    Previous,
    /// 上年同期.
    YearBefore,
    /// 更早各期: for a trend.
    Earlier,
}

/// 章: a section, with its heading and not its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its name, the same in every bulletin, such as `deadlines`.
    pub code: String,
    /// 標題.
    pub heading: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case", deny_unknown_fields)]
pub enum Block {
    /// 段落.
    Paragraph {
        /// Its text.
        runs: Vec<Run>,
    },
    /// 條目: a numbered point with a heading of its own, such as a typical case; the numbers run
    /// through the section.
    Point {
        /// Its heading.
        heading: String,
        /// Its text.
        runs: Vec<Run>,
    },
    /// 表格.
    Table(Table),
    /// 圖.
    Chart(Chart),
}

/// A stretch of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// Words.
    Text(String),
    /// A figure, by its name; written with its unit.
    Figure(String),
    /// 發文機關: the body that issues the letter, which by then may have another name.
    Issuer,
}

/// 表格.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name, the same in every bulletin, such as `flags_by_county`.
    pub code: String,
    /// 表題.
    pub caption: String,
    /// The columns.
    pub columns: Vec<TableColumn>,
    /// The rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<TableCell>>,
}

/// 列.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableColumn {
    /// Its heading, with the unit in brackets where its cells are figures.
    pub heading: String,
    /// The unit of its figures; none for words and days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Its share of the width, in parts.
    pub width: u32,
}

/// 單元格.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableCell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// A day.
    Day(NaiveDate),
    /// A figure, by its name; written without its unit.
    Figure(String),
    /// 發文機關: the body that issues the letter.
    Issuer,
}

/// 圖: what is drawn of figures that also stand in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// Its name, the same in every bulletin, such as `deadline_trend`.
    pub code: String,
    /// 圖題.
    pub caption: String,
    /// How it is drawn.
    pub shape: Shape,
    /// What is on the axis.
    pub categories: Vec<String>,
    /// The series, each with as many figures as there are categories.
    pub series: Vec<Series>,
}

/// 圖形.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// 折線圖.
    Line,
    /// 柱狀圖, the series beside each other.
    Bars,
    /// 堆積柱狀圖.
    Stacked,
}

/// 系列.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// 圖例.
    pub name: String,
    /// The figures, by their names.
    pub figures: Vec<String>,
}

/// 數字: one figure, and what it is the answer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The query that counts it.
    pub query: String,
    /// The days it is counted over, both included.
    pub period: Period,
    /// Which period that is to the bulletin.
    pub over: Over,
    /// The site whose subtree it is counted over.
    pub site: SiteCode,
    /// Whether only the site itself is counted, and nothing below it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub itself: bool,
    /// The parts of the query's answer that are counted; empty for all of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
    /// How the lines of the answer become one number.
    pub measure: Measure,
    /// Its unit.
    pub unit: Unit,
    /// The number, in the unit's least parts; none where there is nothing to measure.
    pub value: Option<i64>,
    /// How many lines it was made of.
    pub lines: u64,
}

/// 計法: how lines become a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How many lines.
    Count,
    /// The sum of their amounts.
    Sum,
    /// The mean of their amounts, half away from zero.
    Mean,
    /// Those of the named parts among all lines, in hundredths of a per cent, half away from zero.
    Share,
}

impl Content {
    /// A figure by its name.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.get(name)
    }

    /// Sections and annexes, in their order.
    pub fn all_sections(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter().chain(&self.annexes)
    }

    /// Whether a chart has nothing to draw: it says nothing then that its table does not say, and
    /// is left out.
    #[must_use]
    pub fn is_of_nothing(&self, chart: &Chart) -> bool {
        let mut figures = chart.series.iter().flat_map(|series| &series.figures);
        figures.all(|id| self.figure(id).and_then(|figure| figure.value).unwrap_or(0) == 0)
    }

    /// A run as it is read in a sentence of a letter that this body issues; a figure that there is
    /// not, as nothing.
    #[must_use]
    pub fn words(&self, run: &Run, issuer: &str) -> String {
        match run {
            Run::Text(text) => text.clone(),
            Run::Figure(name) => self.figure(name).map(Figure::in_words).unwrap_or_default(),
            Run::Issuer => issuer.to_owned(),
        }
    }

    /// A cell as it is read in a table of a letter that this body issues.
    #[must_use]
    pub fn cell(&self, cell: &TableCell, issuer: &str) -> String {
        match cell {
            TableCell::Empty => String::new(),
            TableCell::Text(text) => text.clone(),
            TableCell::Day(day) => day.to_string(),
            TableCell::Figure(name) => self.figure(name).map(Figure::bare).unwrap_or_default(),
            TableCell::Issuer => issuer.to_owned(),
        }
    }
}

impl Figure {
    /// With its unit: `1177件`, `99.87%`, `2.35個工作日`, `3個工作日`; a dash where there is nothing
    /// to measure.
    #[must_use]
    pub fn in_words(&self) -> String {
        self.value.map_or_else(|| "—".into(), |value| self.unit.said(value))
    }

    /// Without its unit.
    #[must_use]
    pub fn bare(&self) -> String {
        self.value.map_or_else(|| "—".into(), |value| self.unit.number(value))
    }
}
