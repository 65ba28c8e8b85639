//! 事實: what one stream contributes to the dockets, derived from the stream's own judgement. A
//! fact is what stands after corrections; it changes when its stream does.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::docket::Docket;
use super::flag_facts::{
    Elsewhere, FlagMark, Handled, ItemAtSite, LastSeen, Signed, TwoSites, WindowAtSite, Worked,
};
use crate::matter::MatterAct;
use crate::{Cell, Column, day, integer, text};

/// What is stated of a docket's object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// 登記與日常: an act of a register or of a site's day, as it was entered.
    Act(Box<MatterAct>),
    /// 辦結: a case with a promise or a statute was decided.
    CaseDecided {
        /// The due day that governed it: the promise's, or else the statute's.
        due_on: NaiveDate,
    },
    /// 五個不到位: something moved a flag.
    Flag(FlagMark),
    /// 進駐事項.
    Item(Box<ItemAtSite>),
    /// 窗口沿革.
    Window(Box<WindowAtSite>),
    /// 最後一次: seen in the month before.
    LastSeen(LastSeen),
    /// 辦理日.
    Worked(Worked),
    /// 辦理事項.
    Handled(Handled),
    /// 經辦人.
    Signed(Signed),
    /// 異地錄入.
    Elsewhere(Elsewhere),
    /// 一人兩地.
    TwoSites(TwoSites),
}

/// A fact with the stream it comes from and its place in the chronicle.
#[derive(Debug, Clone, PartialEq)]
pub struct Stated {
    /// The stream, or the part of it, as `kind/name`.
    pub stream: String,
    /// The docket it was stated of.
    pub docket: String,
    /// The civil day.
    pub on: NaiveDate,
    /// The position of the act that shows it.
    pub position: u64,
    /// The fact.
    pub fact: Fact,
}

/// The columns of a table of facts, after the stream's key.
pub const COLUMNS: &[Column] =
    &[text("docket"), day("stated_on"), integer("position"), text("fact")];
/// Its indexes.
pub const INDEXES: &[&[&str]] = &[&["docket", "position"]];

/// The line of a fact.
#[must_use]
pub fn line(docket: &Docket, on: NaiveDate, position: u64, fact: &Fact) -> Vec<Cell> {
    // A fact holds nothing that JSON cannot.
    let text = serde_json::to_string(fact).unwrap_or_default();
    vec![docket.key().into(), on.into(), position.into(), text.into()]
}
