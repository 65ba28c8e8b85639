//! 痕跡: the facts that the indicators are counted from, as few fields as they need. Instants are
//! whole microseconds since 1970.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tongjian_events::case::ExcludedProcedure;
use tongjian_events::values::{Code, ItemCode, StaffId, UnitCode, WindowId};
use tongjian_events::{Entry, SiteCode, StreamId};

/// Microseconds since 1970.
pub type Micros = i64;

/// 月內痕跡: what a case left at a site in a month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseMonth {
    /// The item.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemCode>,
    /// It was received in the month, by the act at this position.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub received: Option<u64>,
    /// With this queue ticket.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Code>,
    /// It was decided in the month.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
    /// A decision was entered at the site in the month.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub by_decision: Option<(u64, NaiveDate)>,
    /// Its end was entered in the month, by hand as its acceptance was.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub course: Option<Course>,
    /// When it was decided, delivered, closed in the month.
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<(u64, Micros)>,
    /// The numbers given out in the month.
    #[serde(rename = "n", default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<Number>,
    /// The acts entered in the month.
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entered>,
}

/// 辦結: the decision that the governing clock waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Its position.
    #[serde(rename = "p")]
    pub position: u64,
    /// Its civil day.
    #[serde(rename = "o")]
    pub on: NaiveDate,
    /// Its civil minute of the day.
    #[serde(rename = "m")]
    pub minute: u32,
}

/// 辦件全程: when acceptance and end were entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// The acceptance's position.
    #[serde(rename = "a")]
    pub accepted: u64,
    /// When it was entered.
    #[serde(rename = "b")]
    pub accepted_entered: Micros,
    /// The end's position.
    #[serde(rename = "e")]
    pub ended: u64,
    /// When it was entered.
    #[serde(rename = "f")]
    pub ended_entered: Micros,
}

/// 錄入: one act as it was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// Its position.
    #[serde(rename = "p")]
    pub position: u64,
    /// When it happened, as claimed.
    #[serde(rename = "o")]
    pub at: Micros,
    /// When it was entered.
    #[serde(rename = "r")]
    pub entered: Micros,
    /// How.
    #[serde(rename = "y")]
    pub entry: Entry,
    /// Whether it corrects another one.
    #[serde(rename = "c", default, skip_serializing_if = "std::ops::Not::not")]
    pub corrects: bool,
}

/// 編號: a number on a document, and what stands around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// What the document is.
    #[serde(rename = "k")]
    pub kind: NumberKind,
    /// The text with a `#` in the number's place.
    #[serde(rename = "s")]
    pub around: String,
    /// The number.
    #[serde(rename = "n")]
    pub number: u64,
    /// The act's position.
    #[serde(rename = "p")]
    pub position: u64,
}

/// 編號類別.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    /// 證照.
    Licence,
    /// 票據.
    Receipt,
}

/// 特別程序: one excluded procedure of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// The site that answers for the case.
    pub site: SiteCode,
    /// Which of the eight.
    pub procedure: ExcludedProcedure,
    /// The registered link it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Code>,
    /// Its end, and the act that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<(NaiveDate, u64)>,
}

/// 受理次序.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// When its materials were complete.
    pub ready: Micros,
    /// The act that shows it.
    pub ready_by: u64,
    /// When it was accepted.
    pub accepted: Micros,
    /// The civil day of that.
    pub accepted_on: NaiveDate,
    /// The act that shows it.
    pub accepted_by: u64,
}

/// 申請: one application of an applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The site.
    pub site: SiteCode,
    /// When it was received.
    pub received: Micros,
    /// When it was declared void or given back, its civil day and position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_back: Option<(Micros, NaiveDate, u64)>,
}

/// 現身: where an account was at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The act's position.
    #[serde(rename = "p")]
    pub position: u64,
    /// When.
    #[serde(rename = "o")]
    pub at: Micros,
    /// The civil day.
    #[serde(rename = "n")]
    pub on: NaiveDate,
    /// The site.
    #[serde(rename = "s")]
    pub site: SiteCode,
    /// The window.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowId>,
    /// The device.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Code>,
    /// Whether it decided.
    #[serde(rename = "x", default, skip_serializing_if = "std::ops::Not::not")]
    pub decides: bool,
}

/// 牌的下場: one card of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardFate {
    /// The unit.
    pub unit: UnitCode,
    /// Who decided on an appeal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<StaffId>,
    /// Whether the card was withdrawn.
    pub withdrawn: bool,
}

/// 好差評: one review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// When.
    pub at: Micros,
    /// Whether it was satisfied.
    pub satisfied: bool,
    /// The device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Code>,
    /// The case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<StreamId>,
}
