//! 五個不到位的事實: what streams contribute to the judgement of the five flags, and who is whose
//! neighbour. Small typed facts: a docket of a month reads hundreds of them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tongjian_events::SiteCode;
use tongjian_events::inspection::Flag;
use tongjian_events::item::Disclosure;
use tongjian_events::site::SiteLevel;
use tongjian_events::values::{Code, ItemCode, StaffId, WindowId};
use tongjian_events::window::{OpeningSlot, WindowKind};

pub use super::docket::level;

/// 標記: something that moves a flag of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagMark {
    /// The site.
    pub site: SiteCode,
    /// Which of the five.
    pub flag: Flag,
    /// How it moves.
    pub mark: Mark,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// The acts behind it.
    pub evidence: Vec<u64>,
    /// The rule or the checklist.
    pub rule: Option<String>,
    /// Its edition.
    pub edition: Option<u32>,
}

/// How a flag moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// 疑似.
    Suspected,
    /// 確認.
    Confirmed,
    /// 解除, after a re-inspection by at least two.
    ClearedAfterReinspection,
    /// 解除, without one: enough for a suspicion, not for what was confirmed.
    Cleared,
    /// 到位, found on site by at least two.
    InPlace,
}

/// 進駐事項: one item at one site, as the catalogue has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemAtSite {
    /// The site.
    pub site: SiteCode,
    /// The item.
    pub item: ItemCode,
    /// The first day.
    pub from_on: NaiveDate,
    /// The act that assigned it.
    pub assigned: u64,
    /// The first day without it.
    pub until_on: Option<NaiveDate>,
    /// The spans in which it was not taken: from, the last day where known.
    pub suspended: Vec<(NaiveDate, Option<NaiveDate>)>,
    /// The editions of its description: day, position, number.
    pub editions: Vec<(NaiveDate, u64, u32)>,
    /// The texts that hang here: day, which, of which edition.
    pub texts: Vec<(NaiveDate, Disclosure, u32)>,
    /// The authority its window has: day, position, whether a letter was named, the last day.
    pub authorised: Vec<(NaiveDate, u64, bool, Option<NaiveDate>)>,
    /// Its limits: day, position, promise, statute.
    pub limits: Vec<(NaiveDate, u64, Option<u16>, Option<u16>)>,
    /// Whether the general law limits it where no statute was named, as licences are.
    pub licence: bool,
    /// Whether it is handled in parallel.
    pub parallel: bool,
    /// The sums of its steps: day, position, working days.
    pub flows: Vec<(NaiveDate, u64, u32)>,
}

/// 窗口沿革: one window while it is at one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowAtSite {
    /// Its number at the site.
    pub window: WindowId,
    /// Its stream.
    pub stream: String,
    /// The first day.
    pub from_on: NaiveDate,
    /// The first day without it.
    pub until_on: Option<NaiveDate>,
    /// The act that set it up.
    pub registered: u64,
    /// Its kinds, each from a day.
    pub kinds: Vec<(NaiveDate, WindowKind)>,
    /// Its timetables, each from a day.
    pub timetables: Vec<(NaiveDate, u64, Vec<OpeningSlot>)>,
}

/// 最後一次: when something of the month before was last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSeen {
    /// What.
    pub what: Seen,
    /// The device, where it is one.
    pub device: Option<Code>,
}

/// What is seen every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// 開門.
    Doors,
    /// 臺帳記錄.
    Ledger,
    /// 心跳.
    Heartbeat,
    /// Anything else of a day.
    Anything,
}

/// 辦理日: how many acts on cases a site entered on which days of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worked {
    /// The site.
    pub site: SiteCode,
    /// Each day and its number of acts.
    pub days: Vec<(NaiveDate, u32)>,
}

/// 辦理事項: the items that a site took cases for in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    /// The site.
    pub site: SiteCode,
    /// The items.
    pub items: Vec<ItemCode>,
}

/// 經辦人: who entered acts on cases at a site in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Each person with the number of acts, the last day, and the first positions.
    pub by: Vec<(StaffId, u32, NaiveDate, Vec<u64>)>,
}

/// 異地錄入: acts entered for a site from a device of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// The device.
    pub device: Code,
    /// Where it is registered.
    pub registered_at: SiteCode,
    /// How many acts.
    pub acts: u32,
    /// The first of them, and the registration.
    pub positions: Vec<u64>,
}

/// 一人兩地: one login at two sites at nearly one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoSites {
    /// Who.
    pub staff: StaffId,
    /// The other site.
    pub other: SiteCode,
    /// How many minutes lie between.
    pub minutes: u32,
    /// The two acts.
    pub positions: Vec<u64>,
}

/// 上級: the site above one, by the official code; `None` for other codes and at the top.
#[must_use]
pub fn above(site: &SiteCode) -> Option<SiteCode> {
    let digits = match level(site)? {
        SiteLevel::Village => 9,
        SiteLevel::Township => 6,
        SiteLevel::County => 4,
        SiteLevel::Municipal => return None,
    };
    SiteCode::new(&format!("{:0<12}", site.as_str().get(..digits)?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_lies_below_its_township_and_that_below_its_county_and_city() {
        let up = |code: &str| above(&SiteCode::new(code).unwrap()).map(|site| site.to_string());
        assert_eq!(up("320681105201").as_deref(), Some("320681105000"));
        assert_eq!(up("320681105000").as_deref(), Some("320681000000"));
        assert_eq!(up("320681000000").as_deref(), Some("320600000000"));
        assert_eq!(up("320600000000"), None);
        assert_eq!((up("NT-1"), up("NT-123456789")), (None, None));
    }
}
