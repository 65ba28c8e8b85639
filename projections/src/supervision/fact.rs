//! 事實: what one stream contributes to the dockets, derived from the stream's own judgement. A
//! fact is what stands after corrections; it changes when its stream does.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tongjian_events::SiteCode;
use tongjian_events::card::{CardColour, CardLevel};
use tongjian_events::complaint::{ComplaintCategory, ComplaintFinding, Rating, ReviewTruth};
use tongjian_events::policy::PostFault;
use tongjian_events::values::{Code, StaffId, WindowId};

use super::docket::{Docket, Month, league_of};
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
    /// 紅黃牌: a card was issued; stated on the day of issue.
    Card {
        /// Its level.
        level: CardLevel,
        /// The rule it cites.
        rule: Code,
        /// The points that the ladder posts for it.
        points_hundredths: i32,
        /// When it was withdrawn on appeal.
        withdrawn_on: Option<NaiveDate>,
    },
    /// 單位牌: a card for the unit as a whole; stated on the day of issue.
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

/// The line of a fact.
#[must_use]
pub fn line(docket: &Docket, on: NaiveDate, position: u64, fact: &Fact) -> Vec<Cell> {
    // A fact holds nothing that JSON cannot.
    let text = serde_json::to_string(fact).unwrap_or_default();
    vec![docket.key().into(), on.into(), position.into(), text.into()]
}
