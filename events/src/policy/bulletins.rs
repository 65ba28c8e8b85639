//! 通報辦法: which bulletins are drafted by themselves and when, to whom they go, and how much of a
//! ranking and how many typical cases they print.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bulletin::BulletinKind;
use crate::shape::bodies;
use crate::site::SiteLevel;
use crate::values::{Count, Edition, Name, Text, UnitCode, WorkingDays};

/// 定期通報: a bulletin of this kind for each site of a level, about it and all below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduledBulletin {
    /// Its kind.
    pub kind: BulletinKind,
    /// The level.
    pub level: SiteLevel,
}

bodies! {
    /// 通報辦法生效: the periodic bulletins, from a day on.
    BulletinRulesAdopted {
        /// The edition that bulletins cite.
        edition: Edition,
        /// The first day on which it judges: periods that end on or after it.
        effective_on: NaiveDate,
        /// 起草時限: a draft is made when so many working days have passed since the period's
        /// last day.
        draft_after_working_days: WorkingDays,
        /// The bulletins that are drafted by themselves.
        schedule: Vec<ScheduledBulletin>,
        /// 主送: to whom, where whoever issues says nothing else.
        recipients: Vec<UnitCode>,
        /// 抄送: who gets a copy.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        copies_to: Vec<UnitCode>,
        /// 主題詞, printed by the standard of 1999.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        subject_words: Vec<Name>,
        /// 排名下限: units with fewer finished cases in the period are listed apart.
        least_cases: Count,
        /// How many of the first and of the last units of a ranking are printed in the text.
        printed_places: Count,
        /// 典型問題: at most so many are told.
        typical_cases: Count,
        /// Where each number comes from.
        sources: Vec<Text>,
    }
}
