//! 事實: what one stream contributes to the dockets, derived from the stream's own judgement. A
//! fact is what stands after corrections; it changes when its stream does.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tongjian_events::card::{CardLevel, Subject};
use tongjian_events::policy::CardObject;
use tongjian_events::values::{Code, Edition, Instant, StaffId};
use tongjian_events::{SiteCode, StreamId};

use super::docket::Docket;
use super::flag_facts::{
    Elsewhere, FlagMark, Handled, ItemAtSite, LastSeen, Signed, TwoSites, WindowAtSite, Worked,
};
pub use super::traces::{Applied, CardFate, CaseMonth, Number, Paused, Queued, Review, Seen};
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
    /// 紅黃牌: a card, on the day of its issue. Stated of the month of its unit's site; of the year
    /// too, if it is a card for a unit; of its case; of the officer, if a person issued it.
    Card(Box<CardFact>),
    /// 應發之牌: which cards a stream, as it is now known, asks for about a case; and the acts by
    /// which it may have come to ask for others: corrections, and what was entered on a later day
    /// than it happened, each with the day of its entry.
    CardsAsked {
        /// The cards' streams.
        cards: Vec<StreamId>,
        /// Position and day of entry.
        amended: Vec<(u64, NaiveDate)>,
    },
    /// 申訴決定: an appeal was decided, on the day of the decision. Stated of the month of the
    /// inspected unit's site, and of the officer who decided.
    AppealDecided(Box<AppealFact>),
    /// 月內痕跡: what a case left at a site in a month.
    CaseMonth(Box<CaseMonth>),
    /// 收件: an item's case was received at a site.
    CaseReceived {
        /// The site.
        site: SiteCode,
    },
    /// 特別程序: an excluded procedure of a case.
    Paused(Box<Paused>),
    /// 收費: what a case was charged by the tariff.
    Charged {
        /// The tariff that was assessed, or else what was paid.
        fen: i64,
    },
    /// 受理次序: when a case could be accepted, and when it was.
    Queued(Queued),
    /// 申請: an application, and whether it came back.
    Applied(Box<Applied>),
    /// 現身: where an account acted in a case, and when.
    Seen(Vec<Seen>),
    /// 編號: a licence was given out.
    Number(Number),
    /// 牌的下場: a card of a unit, and what was decided on it.
    CardFate(Box<CardFate>),
    /// 好差評: a review.
    Review(Box<Review>),
    /// 抽查結果: a case was called back, or its file reviewed.
    Checked {
        /// Whether what was found agrees with the chronicle.
        confirmed: bool,
    },
    /// 存證鏈斷裂: the chain does not agree.
    ChainBroken,
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

/// 一張牌: what a score needs of a card. A withdrawn card counts for nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CardFact {
    /// The level; a unit's card is yellow or red.
    pub level: CardLevel,
    /// What it is for.
    pub object: CardObject,
    /// The rule applied.
    pub rule: Code,
    /// The rule's edition.
    pub rule_edition: Edition,
    /// Whom or what it is about.
    pub subject: Subject,
    /// Whether the engine issued it, and not a person.
    pub by_engine: bool,
    /// When it was issued.
    pub issued_at: Instant,
    /// The points that stand posted: what was taken, less what was given back.
    pub points_hundredths: i32,
    /// When it was withdrawn.
    pub withdrawn_on: Option<NaiveDate>,
}

/// 一次申訴決定: what an inspector asks of a decision on an appeal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealFact {
    /// Who decided.
    pub officer: StaffId,
    /// Whether this decision withdrew the card.
    pub withdrawn: bool,
    /// Whether the appeal came with evidence.
    pub with_evidence: bool,
    /// Whether who decided has a part in the card: issued it, answered it, appealed, or is the
    /// person it is about.
    pub same_officer: bool,
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
