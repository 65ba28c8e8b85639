//! 規則: rule sets, grants of access, decisions of operators. Adopted by events with an effective
//! date; a rule judges from that date on and never rewrites the past.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{SiteCode, StreamKind};
use crate::shape::{bodies, words};
use crate::values::{CalendarDays, Code, Digest, Edition, Name, Position, Text, WorkingDays};

mod accounts;
mod bulletins;
mod checklist;
mod complaints;
mod flags;
mod indicators;
mod ladder;
mod posts;
mod rungs;
mod scores;
mod shipped;
mod sound;

pub use accounts::*;
pub use bulletins::*;
pub use checklist::*;
pub use complaints::*;
pub use flags::*;
pub use indicators::*;
pub use ladder::*;
pub use posts::*;
pub use rungs::*;
pub use scores::*;
pub use shipped::*;
pub use sound::*;

/// The shipped clock rules, adopted on first start.
///
/// # Errors
/// None for the data as released; a fork's own data may break a rule.
pub fn shipped_clock_rules() -> Result<ClockRulesAdopted, serde_json::Error> {
    serde_json::from_str(include_str!("../data/clock_rules.json"))
}

/// The shipped names of the supervising body, each from a day on.
///
/// # Errors
/// None for the data as released; a fork's own data may break a rule.
pub fn shipped_supervising_bodies() -> Result<Vec<SupervisingBodyNamed>, serde_json::Error> {
    serde_json::from_str(include_str!("../data/supervising_body.json"))
}

words! {
    /// 特別程序超期的計法: how the days past the declared time of an excluded procedure count.
    /// Both readings are always reported; this says which one judges.
    PauseExcess {
        /// 不計入: the whole procedure is left out, however long (the words of art. 45).
        Exclude,
        /// 計入: only the declared time is left out.
        Count,
    }
}

/// 營業結束時刻: a time of day, `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Minutes since midnight.
    #[must_use]
    pub fn minutes(self) -> u32 {
        u32::from(self.0)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let bad = || format!("`{text}` is no time of day; write it as 17:30");
        let (hour, minute) = text.split_once(':').ok_or_else(bad)?;
        let (h, m) = (hour.parse::<u16>(), minute.parse::<u16>());
        match (h, m) {
            (Ok(h), Ok(m)) if h < 24 && m < 60 && hour.len() == 2 && minute.len() == 2 => {
                Ok(Self(h * 60 + m))
            }
            _ => Err(bad()),
        }
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        format!("{:02}:{:02}", time.0 / 60, time.0 % 60)
    }
}

impl JsonSchema for TimeOfDay {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TimeOfDay".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" })
    }
}

bodies! {
    /// 時限規則生效: the legal clocks' numbers (Administrative Licensing Law, art. 32 to 55).
    ClockRulesAdopted {
        /// The edition that judgements cite.
        edition: Edition,
        /// The first day on which it judges: clocks that start on or after it.
        effective_on: NaiveDate,
        /// 受理期限 (art. 32(4)).
        #[schemars(extend("minimum" = 1))]
        receipt_working_days: WorkingDays,
        /// 法定時限 where no other statute sets one (art. 42(1)).
        #[schemars(extend("minimum" = 1))]
        statutory_working_days: WorkingDays,
        /// 延期上限 of it (art. 42(1)).
        extension_working_days: WorkingDays,
        /// 並聯辦理法定時限 (art. 42(2)).
        #[schemars(extend("minimum" = 1))]
        joint_working_days: WorkingDays,
        /// 延期上限 of it (art. 42(2)).
        joint_extension_working_days: WorkingDays,
        /// 下級審查期限 (art. 43).
        #[schemars(extend("minimum" = 1))]
        lower_review_working_days: WorkingDays,
        /// 送達期限 (art. 44).
        #[schemars(extend("minimum" = 1))]
        delivery_working_days: WorkingDays,
        /// 聽證組織期限 (art. 47).
        #[schemars(extend("minimum" = 1))]
        hearing_working_days: WorkingDays,
        /// 現場踏勘期限, where a visit is scheduled without a limit of its own.
        site_visit_working_days: WorkingDays,
        /// 延續申請提前日數 (art. 50).
        renewal_notice_calendar_days: CalendarDays,
        /// 紅黃牌答覆期限.
        #[schemars(extend("minimum" = 1))]
        card_reply_working_days: WorkingDays,
        /// 投訴受理期限.
        #[schemars(extend("minimum" = 1))]
        complaint_acceptance_working_days: WorkingDays,
        /// 投訴答覆期限.
        #[schemars(extend("minimum" = 1))]
        complaint_answer_working_days: WorkingDays,
        /// 信訪受理期限, in calendar days.
        #[schemars(extend("minimum" = 1))]
        petition_acceptance_calendar_days: CalendarDays,
        /// 信訪辦理期限, in calendar days.
        #[schemars(extend("minimum" = 1))]
        petition_answer_calendar_days: CalendarDays,
        /// 特別程序超期的計法.
        pause_excess: PauseExcess,
        /// 營業結束時刻: an item of direct handling received later is due on the next working day.
        close_of_business: TimeOfDay,
        /// 補錄: an act entered more than so many working days after it happened is a late entry.
        late_entry_working_days: WorkingDays,
        /// Where each number comes from.
        sources: Vec<Text>,
    }

    /// 授予接入權: a token may append and read; only its digest is kept.
    AccessGranted {
        /// The token's name, by which it is revoked.
        token: Code,
        /// SHA-256 of the token.
        digest: Digest,
        /// Who holds it.
        holder: Name,
        /// The sites whose subtrees it covers.
        sites: Vec<SiteCode>,
        /// The kinds of stream it may append to.
        may_append: Vec<StreamKind>,
        /// Whether it may read.
        may_read: bool,
        /// The last day on which it holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_on: Option<NaiveDate>,
    }

    /// 撤銷接入權: a token holds no longer.
    AccessRevoked {
        /// The token's name.
        token: Code,
        /// Why.
        reason: Text,
    }

    /// 投影跳過: an operator let a projection pass over an act that it could not fold.
    ProjectionEventSkipped {
        /// The projection.
        projection: Code,
        /// The act passed over.
        position: Position,
        /// Why.
        reason: Text,
    }
}
