//! 日歷: the notices of the State Council on days off and make-up days, and which calendar and
//! time zone hold where. Never a computed date: that is a projection.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::SiteCode;
use crate::values::{Count, DocumentNo, Name, Position, Text};

/// 放假或上班: what a notice says of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// 放假: a day off.
    Off,
    /// 上班: a working day, also where it is a Saturday or Sunday (調休上班).
    Work,
}

/// One day as a notice names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeDay {
    /// The day.
    pub on: NaiveDate,
    /// Off or worked.
    pub kind: DayKind,
    /// 節日: the festival it belongs to, such as `春节`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub festival: Option<Name>,
}

/// 節假日安排通知: the notice that fixes the days off and make-up days of a year. Days of the
/// previous December that it names belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayNoticePublished {
    /// The year it arranges.
    pub year: u16,
    /// 發文字號, such as `国办发明电〔2007〕9号`; absent where it could not be established.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<DocumentNo>,
    /// 發布日期: the day from which it was known.
    pub published_on: NaiveDate,
    /// 標題.
    pub title: Name,
    /// Where the text can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Text>,
    /// Every day that the notice names, in order.
    pub days: Vec<NoticeDay>,
}

/// 節假日安排調整通知: a notice that changes days of an earlier one, from its publication on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayNoticeAmended {
    /// The year it arranges.
    pub year: u16,
    /// 發文字號 of the amendment; absent where it could not be established.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<DocumentNo>,
    /// 發布日期: the day from which it was known.
    pub published_on: NaiveDate,
    /// 標題.
    pub title: Name,
    /// Where the text can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Text>,
    /// The changed days only. A day named `off` or `work` here replaces what stood before.
    pub days: Vec<NoticeDay>,
}

/// Which rule makes a day a working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkingDayRule {
    /// 國務院通知: Monday to Friday, changed by the notices of the State Council.
    StateCouncil,
    /// Monday to Friday, without any holiday: for logs from elsewhere.
    MondayToFriday,
}

/// 轄區歷法: which time zone and working days hold at a site and below it. Where none was set,
/// `Asia/Shanghai` and the State Council's notices hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JurisdictionSet {
    /// The site whose whole subtree it governs; the deepest one wins.
    pub site: SiteCode,
    /// The IANA name of the time zone whose civil dates count, such as `Asia/Shanghai`.
    pub time_zone: Name,
    /// The working days.
    pub working_days: WorkingDayRule,
    /// Why it differs from the rule of the land.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// 期限重算: the open clocks were judged anew after a notice. An act of the engine, kept so that
/// an inspector sees when due days moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenClocksRecomputed {
    /// The position of the notice that moved them.
    pub notice_position: Position,
    /// How many clocks received another due day.
    pub clocks_moved: Count,
}
