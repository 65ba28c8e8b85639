//! 日歷: the notices of the State Council on days off and make-up days, and which calendar and
//! time zone hold where. Never a computed date: that is a projection.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::catalog::{Event, Row};
use crate::ids::SiteCode;
use crate::refusal::Refusal;
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

/// 節假日安排調整: a notice that changes days of an earlier one, from its publication on.
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

/// The version of the bodies in the shipped file; older ones would be upcast like any other.
const SHIPPED_VERSION: u16 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped<'a> {
    event: &'a str,
    #[serde(borrow)]
    body: &'a RawValue,
}

/// 隨附的節假日安排通知: the notices of 2004 to 2026 with their amendments, in order of
/// publication. `events/data/README.md` says how each number and day of publication was
/// established.
///
/// # Errors
/// [`Refusal`] with the place, when the shipped file breaks a rule of the vocabulary.
pub fn shipped_notices() -> Result<Vec<Event>, Refusal> {
    read_notices(include_str!("../data/holiday_notices.json"))
}

fn read_notices(text: &str) -> Result<Vec<Event>, Refusal> {
    let shipped: Vec<Shipped<'_>> = serde_json::from_str(text)
        .map_err(|error| Refusal::Malformed { rule: format!("the shipped notices: {error}") })?;
    let read = |one: &Shipped<'_>| {
        Row::find(one.event, SHIPPED_VERSION)?.decode(SHIPPED_VERSION, one.body.get())
    };
    shipped.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use std::collections::BTreeMap;

    use super::*;

    /// Year, day of publication, number and days of each shipped notice, in the file's order.
    fn shipped() -> Vec<(u16, NaiveDate, Option<DocumentNo>, Vec<NoticeDay>)> {
        let parts = |event| match event {
            Event::HolidayNoticePublished(n) => (n.year, n.published_on, n.number, n.days),
            Event::HolidayNoticeAmended(n) => (n.year, n.published_on, n.number, n.days),
            other => panic!("`{}` is no notice", other.wire_name()),
        };
        shipped_notices().unwrap().into_iter().map(parts).collect()
    }

    #[test]
    fn each_year_from_2004_to_2026_has_one_notice_and_three_have_an_amendment() {
        let mut notices: BTreeMap<u16, usize> = BTreeMap::new();
        for (year, ..) in shipped() {
            *notices.entry(year).or_default() += 1;
        }
        let expected = (2004..=2026).map(|y| (y, 1 + usize::from([2015, 2019, 2020].contains(&y))));
        assert_eq!(notices, expected.collect());
    }

    #[test]
    fn the_notices_stand_in_order_of_publication_and_their_days_in_order_of_the_calendar() {
        let shipped = shipped();
        assert!(shipped.is_sorted_by_key(|(_, published_on, ..)| *published_on));
        for (year, published_on, _, days) in shipped {
            assert!(days.is_sorted_by(|a, b| a.on < b.on), "{year} {published_on}");
            assert!(days.iter().all(|d| d.on > published_on), "{year} {published_on}");
        }
    }

    #[test]
    fn no_two_notices_bear_the_same_number() {
        let mut numbers: Vec<_> = shipped().into_iter().filter_map(|(_, _, n, _)| n).collect();
        let all = numbers.len();
        numbers.sort();
        numbers.dedup();
        assert_eq!((numbers.len(), all), (26, 26));
    }

    #[test]
    fn a_broken_file_of_notices_is_refused_with_its_place() {
        let nameless = r#"[{"event": "calendar.HolidayNoticePublished", "body": {"year": 2008}}]"#;
        let refusal = read_notices(nameless).unwrap_err();
        assert_eq!(refusal.code(), "body-does-not-match-schema");
        assert_eq!(read_notices("[").unwrap_err().code(), "malformed");
    }
}
