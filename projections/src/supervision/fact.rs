//! 事實: what one stream contributes to the dockets, derived from the stream's own judgement. A
//! fact is what stands after corrections; it changes when its stream does.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tongjian_events::card::{CardColour, CardLevel, Subject};
use tongjian_events::complaint::{ComplaintCategory, ComplaintFinding, Rating, ReviewTruth};
use tongjian_events::policy::{CardObject, PostFault};
use tongjian_events::values::{Code, Edition, Instant, StaffId, WindowId};
use tongjian_events::{SiteCode, StreamId};

use super::docket::{Docket, Month, league_of};
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
        /// 直接辦理: due on the day it came, so that nothing crowds.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        direct: bool,
    },
    /// 紅黃牌: a card, on the day on which it fell due. Stated of the month of its unit's site; of the
    /// year too, if it is a card for a unit; of its case; of the officer, if a person issued it.
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
    /// 計分之牌: a card was issued; what scores need of it, stated on the day on which it
    /// fell due.
    ScoredCard {
        /// Its level.
        level: CardLevel,
        /// The rule it cites.
        rule: Code,
        /// The points that the ladder posts for it.
        points_hundredths: i32,
        /// When it was withdrawn on appeal.
        withdrawn_on: Option<NaiveDate>,
    },
    /// 單位牌: a card for the unit as a whole; stated on the day on which it fell due.
    UnitCard {
        /// Its colour.
        colour: CardColour,
        /// The first day of the month that it is for.
        month: NaiveDate,
        /// When it was withdrawn on appeal.
        withdrawn_on: Option<NaiveDate>,
    },
    /// 記分: points were posted, such as for a sanction.
    Points {
        /// The rule it cites.
        rule: Code,
    },
    /// 辦結件: a case was finished.
    CaseEnded(Box<CaseEnded>),
    /// 窗口過失: something that takes points from a window or a post.
    Fault {
        /// What.
        fault: PostFault,
        /// At which window.
        window: Option<WindowId>,
        /// By whom.
        staff: StaffId,
    },
    /// 投訴認定: what came out of a complaint.
    ComplaintDecided {
        /// What it is about.
        category: ComplaintCategory,
        /// What came out.
        finding: ComplaintFinding,
    },
    /// 評價: a review was given.
    Reviewed {
        /// The level.
        rating: Rating,
        /// What a bad one turned out to be.
        truth: Option<ReviewTruth>,
    },
    /// 同級單位: another fact, with the site it is of, in the docket of those ranked together.
    OfSite {
        /// The site.
        site: SiteCode,
        /// What is stated of it.
        fact: Box<Fact>,
    },
    /// 回訪: an applicant was asked, or a file compared, and the chronicle agreed or did not.
    CalledBack {
        /// Whether it agreed.
        confirmed: bool,
    },
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
    /// When it fell due; when it was issued, if a person issued it.
    pub due_at: Instant,
    /// The day of its issue.
    pub issued_on: NaiveDate,
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

/// 辦結件: what scores need of a finished case. What is false or absent is not written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CaseEnded {
    /// 提前: done before the promise's due day.
    #[serde(skip_serializing_if = "is_false")]
    pub early: bool,
    /// 提速: by how many per cent the promise cuts the statutory limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_percent: Option<u32>,
    /// 補錄: some act of it was entered later than the same working day.
    #[serde(skip_serializing_if = "is_false")]
    pub late_entry: bool,
    /// Seconds between the entry of its acceptance and that of its end, unless it was handled
    /// directly or imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entered_within: Option<i64>,
    /// 不完整: its receipt, its acceptance or its decision was never entered.
    #[serde(skip_serializing_if = "is_false")]
    pub incomplete: bool,
    /// 更正: some act of it was corrected.
    #[serde(skip_serializing_if = "is_false")]
    pub corrected: bool,
    /// The window that ended it; in the docket of the month only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowId>,
    /// Who ended it; in the docket of the month only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// Where a fact that scores rest on is stated: of the site's month, of its year, and of the month
/// of those it is ranked with, there with the site it is of.
#[must_use]
pub fn scored(site: &SiteCode, on: NaiveDate, fact: &Fact) -> Vec<(Docket, Fact)> {
    let month = Month::holding(on);
    let mut stated = vec![
        (Docket::SiteMonth(site.clone(), month), fact.clone()),
        (Docket::SiteYear(site.clone(), month.year()), fact.clone()),
    ];
    if let Some((parent, level)) = league_of(site) {
        let fact = Fact::OfSite { site: site.clone(), fact: Box::new(fact.clone()) };
        stated.push((Docket::League(parent, level, month), fact));
    }
    stated
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

/// The text of what is written into a cell to be read again. What JSON cannot hold is written as
/// the reason: whoever reads the cell stops at it, and nothing passes for an empty value.
pub(crate) fn said(written: serde_json::Result<String>) -> String {
    written.unwrap_or_else(|reason| format!("not written: {reason}"))
}

/// The line of a fact.
#[must_use]
pub fn line(docket: &Docket, on: NaiveDate, position: u64, fact: &Fact) -> Vec<Cell> {
    let text = said(serde_json::to_string(fact));
    vec![docket.key().into(), on.into(), position.into(), text.into()]
}
