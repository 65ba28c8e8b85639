//! 五個不到位的規則: from when evidence of the chronicle speaks for a flag, how long slips wait, how
//! long evidence holds. All of it raises a suspicion and no more; an inspector or silence confirms.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::shape::bodies;
use crate::values::{CalendarDays, Count, Edition, Minutes, Text, WorkingDays};

/// 閾值: the numbers of the five flags. A number 0 of days, acts or quarters that says "off" says so.
/// Numbers that contradict each other cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct FlagThresholds {
    /// 靜默站點: so many working days without an act on a case speak against the premises; 0 is off.
    pub silent_working_days: WorkingDays,
    /// While the neighbours enter at least so many acts on cases per working day, each on average.
    #[schemars(extend("minimum" = 1))]
    pub neighbours_acts_per_day: Count,
    /// 未開門: on more than so many working days of opening in a row the doors stayed shut.
    pub doors_shut_working_days: WorkingDays,
    /// 異地錄入: more than so many acts a month were entered from devices of another site.
    pub acts_elsewhere: Count,
    /// 心跳中斷: a device was silent for more than so many working days.
    pub heartbeat_working_days: WorkingDays,
    /// 公示期: within so many working days of an item's coming or change its four texts hang.
    #[schemars(extend("minimum" = 1))]
    pub disclosure_working_days: WorkingDays,
    /// 故障修復期: a fault is repaired within so many working days.
    #[schemars(extend("minimum" = 1))]
    pub fault_working_days: WorkingDays,
    /// 建帳期: a room opens its service ledger within so many working days of being built.
    #[schemars(extend("minimum" = 1))]
    pub ledger_opened_working_days: WorkingDays,
    /// 臺帳閒置: a ledger without an entry for so many working days is not in use; 0 is off.
    pub ledger_idle_working_days: WorkingDays,
    /// 崗位空缺: a post of a responsible person is vacant for more than so many working days.
    pub post_vacant_working_days: WorkingDays,
    /// 離崗: a window stood empty in its hours for more than so many minutes, A and B both.
    pub window_empty_minutes: Minutes,
    /// 人員不在冊: more than so many acts a month by somebody who is not on the site's roster.
    pub acts_off_roster: Count,
    /// 人員更換: more than so many persons were taken away in a quarter.
    pub recalled_per_quarter: Count,
    /// 一人兩地: one login at two sites within so many minutes; 0 is off.
    pub two_sites_minutes: Minutes,
    /// 事項虛設: not one case in so many quarters while parent or peers have some; 0 is off.
    pub unused_quarters: Count,
    /// 授權期: within so many working days of an item's coming its window is authorised.
    #[schemars(extend("minimum" = 1))]
    pub authorisation_working_days: WorkingDays,
    /// 藍單: to be answered within.
    #[schemars(extend("minimum" = 1))]
    pub blue_slip_working_days: WorkingDays,
    /// 橙單: to be answered within.
    #[schemars(extend("minimum" = 1))]
    pub orange_slip_working_days: WorkingDays,
    /// 紅單: to be answered within.
    #[schemars(extend("minimum" = 1))]
    pub red_slip_working_days: WorkingDays,
    /// 證據有效期: what an inspection found in place is unverified again after so many days.
    #[schemars(extend("minimum" = 3))]
    pub evidence_calendar_days: CalendarDays,
    /// 反覆: a flag raised again within so many months of being cleared came back.
    #[schemars(extend("minimum" = 1))]
    pub recurrence_months: Count,
}

/// A docket of a month knows the month before it and no more, which has this many working days.
const KNOWN_WORKING_DAYS: u16 = 15;
/// A docket of a quarter knows the quarter before it.
const KNOWN_QUARTERS: u32 = 2;
const MINUTES_OF_A_DAY: u32 = 24 * 60;

impl FlagThresholds {
    /// `Err` names the rule that two numbers break, with both.
    fn check(&self) -> Result<(), String> {
        let slips = u32::from(self.blue_slip_working_days.get())
            + u32::from(self.orange_slip_working_days.get())
            + u32::from(self.red_slip_working_days.get());
        let evidence = u32::from(self.evidence_calendar_days.get());
        if evidence < slips {
            return Err(format!(
                "evidence_outlives_slips: evidence of {evidence} calendar days expires before the \
                 {slips} working days of the three slips are over"
            ));
        }
        let spans = [
            ("silent_working_days", self.silent_working_days),
            ("doors_shut_working_days", self.doors_shut_working_days),
            ("heartbeat_working_days", self.heartbeat_working_days),
            ("ledger_idle_working_days", self.ledger_idle_working_days),
        ];
        if let Some((name, days)) = spans.iter().find(|(_, days)| days.get() > KNOWN_WORKING_DAYS) {
            return Err(format!(
                "span_within_two_months: {name} is {days}, at most {KNOWN_WORKING_DAYS} working \
                 days are looked back on"
            ));
        }
        if self.unused_quarters.get() > KNOWN_QUARTERS {
            return Err(format!(
                "span_within_two_quarters: unused_quarters is {}, at most {KNOWN_QUARTERS} are \
                 looked back on",
                self.unused_quarters
            ));
        }
        if self.window_empty_minutes.get() >= MINUTES_OF_A_DAY {
            return Err(format!(
                "gap_within_a_day: window_empty_minutes is {}, a day has {MINUTES_OF_A_DAY}",
                self.window_empty_minutes
            ));
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for FlagThresholds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let read = Self::deserialize(from)?;
        read.check().map_err(de::Error::custom)?;
        Ok(read)
    }
}

impl Serialize for FlagThresholds {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, to)
    }
}

bodies! {
    /// 五個不到位規則生效: the thresholds of the five flags judge from a day on.
    FlagRulesAdopted {
        /// The edition that judgements cite.
        edition: Edition,
        /// The first day on which it judges.
        effective_on: NaiveDate,
        /// The numbers.
        thresholds: FlagThresholds,
        /// Where each number comes from.
        sources: Vec<Text>,
    }
}
