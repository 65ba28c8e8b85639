//! 異常指標: the thresholds of D01 to D21, one small struct per rule. An indicator is for a person
//! to weigh; none of them sanctions anybody. A rule that an edition leaves out is not judged.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::TimeOfDay;
use crate::shape::bodies;
use crate::values::{AmountFen, CalendarDays, Count, Edition, Minutes, Percent, Text, WorkingDays};

/// Thresholds that can contradict themselves.
trait Sound {
    /// `Err` says which two numbers contradict each other.
    fn sound(&self) -> Result<(), String>;
}

/// Reads the thresholds of a rule and refuses those that contradict themselves.
fn sound<'de, D: Deserializer<'de>, T: Deserialize<'de> + Sound>(from: D) -> Result<T, D::Error> {
    let rule = T::deserialize(from)?;
    rule.sound().map(|()| rule).map_err(de::Error::custom)
}

/// The same for a rule that may be left out.
fn if_sound<'de, D: Deserializer<'de>, T: Deserialize<'de> + Sound>(
    from: D,
) -> Result<Option<T>, D::Error> {
    let rule = Option::<T>::deserialize(from)?;
    rule.iter().try_for_each(Sound::sound).map(|()| rule).map_err(de::Error::custom)
}

/// A share of a whole can be no more than the whole.
fn share(rule: &str, name: &str, percent: Percent) -> Result<(), String> {
    if percent.get() <= 100 {
        return Ok(());
    }
    Err(format!("{rule}: `{name}` is {percent} per cent, a share has at most 100"))
}

/// Defines the thresholds of rules, each with what would contradict.
macro_rules! rules {
    ($( $(#[$doc:meta])* $name:ident $rule:literal {
        $( $(#[$field_doc:meta])* $field:ident : $ty:ty, )*
    } $check:expr; )*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $( $(#[$field_doc])* pub $field: $ty, )* }

        impl Sound for $name {
            fn sound(&self) -> Result<(), String> {
                let check: fn(&str, &Self) -> Result<(), String> = $check;
                check($rule, self)
            }
        }
    )* };
}

rules! {
    /// D02 批量補錄: whole courses of cases entered at one sitting.
    BatchEntry "D02" {
        /// So many cases of a unit or more, each entered from acceptance to end …
        #[schemars(extend("minimum" = 2))]
        courses: Count,
        /// … within so many minutes. What is done on the spot is not counted.
        #[schemars(extend("minimum" = 1))]
        within_minutes: Minutes,
        /// A promised case whose acceptance and end were entered less than this apart.
        #[schemars(extend("minimum" = 1))]
        accepted_to_ended_under_minutes: Minutes,
    } |rule, own| {
        if own.accepted_to_ended_under_minutes <= own.within_minutes {
            return Ok(());
        }
        Err(format!(
            "{rule}: one case counts as entered at once within {} minutes, but all of them only \
             within {}", own.accepted_to_ended_under_minutes, own.within_minutes
        ))
    };

    /// D03 秒批: decided in a trice, by hand, although days were promised.
    InstantDecision "D03" {
        /// In less than this share of the promise.
        #[schemars(extend("minimum" = 1))]
        under_percent: Percent,
        /// How many minutes a working day of the promise has.
        #[schemars(extend("minimum" = 1))]
        working_day_minutes: Minutes,
    } |rule, own| share(rule, "under_percent", own.under_percent);

    /// D04 零辦件: an item that is to be handled at a site and never is.
    ZeroCases "D04" {
        /// For so many quarters in a row, at most 4.
        #[schemars(extend("minimum" = 1))]
        quarters: Count,
        /// While sites of the same level or above have so many cases of it.
        #[schemars(extend("minimum" = 1))]
        least_cases_elsewhere: Count,
    } |rule, own| {
        if own.quarters.get() <= 4 {
            return Ok(());
        }
        Err(format!("{rule}: {} quarters in a row, at most 4 are looked at", own.quarters))
    };

    /// D05 辦件量缺口: more tickets, receipts or licences than cases.
    VolumeGap "D05" {
        /// The cases are less than this share of them in a month.
        #[schemars(extend("minimum" = 1))]
        under_percent: Percent,
        /// Only from so many tickets, receipts or licences on.
        least: Count,
    } |rule, own| share(rule, "under_percent", own.under_percent);

    /// D06 證照號缺號: numbers of licences that no case knows.
    LicenceSeries "D06" {
        /// Only in a series of which so many numbers are known.
        least_numbers: Count,
        /// And of which at least this share is known: others are no series.
        least_known_percent: Percent,
        /// A number may come so many days after a higher one.
        wait_calendar_days: CalendarDays,
    } |rule, own| share(rule, "least_known_percent", own.least_known_percent);

    /// D07 特別程序濫用: clocks stopped too late, too long, too often.
    PauseAbuse "D07" {
        /// Begun when no more than so many working days were left.
        near_due_working_days: WorkingDays,
        /// More than this share of the time from acceptance to the end was left out.
        share_over_percent: Percent,
        /// A unit's procedures of a quarter are more than the mean of all units and so many times
        /// their standard deviation.
        #[schemars(extend("minimum" = 1))]
        deviations: Count,
        /// Only where so many units had any.
        #[schemars(extend("examples" = [11]))]
        least_units: Count,
    } |rule, own| share(rule, "share_over_percent", own.share_over_percent);

    /// D08 拆分重置: a clock begun anew.
    ClockReset "D08" {
        /// Received again within so many working days after it was void or given back.
        again_within_working_days: WorkingDays,
        /// Given back when no more than this share of its time was left.
        last_share_percent: Percent,
    } |rule, own| share(rule, "last_share_percent", own.last_share_percent);

    /// D10 兩張皮: two systems tell different days.
    TwoSkins "D10" {
        /// By more than so many days.
        over_calendar_days: CalendarDays,
    } |_, _| Ok(());

    /// D11 非辦公時間錄入: acts entered when nobody was there.
    OutOfHours "D11" {
        /// More than this share of a site's acts of a month.
        share_over_percent: Percent,
        /// Only from so many acts on.
        least_acts: Count,
        /// From when a site is open that published no hours.
        opens: TimeOfDay,
        /// Until when.
        #[schemars(extend("examples" = ["18:00"]))]
        closes: TimeOfDay,
    } |rule, own| {
        if own.closes < own.opens {
            let (opens, closes) = (String::from(own.opens), String::from(own.closes));
            return Err(format!("{rule}: it closes at {closes}, before it opens at {opens}"));
        }
        share(rule, "share_over_percent", own.share_over_percent)
    };

    /// D12 撤牌異常: cards withdrawn more often than elsewhere.
    Withdrawals "D12" {
        /// A rate of a quarter that is above the median rate by more than this share of it; 100 is
        /// twice the median.
        above_median_percent: Percent,
        /// Only from so many decided appeals, or issued cards, on.
        least: Count,
    } |_, _| Ok(());

    /// D13 臨期扎堆: ends that crowd on the due day, or right before the close of business.
    EdgeClustering "D13" {
        /// More than this share of a site's ends in a month fall on the due day.
        share_over_percent: Percent,
        /// Only from so many ends on.
        least_ends: Count,
        /// The same share fell exactly so many minutes before the close of business.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes_before_close: Option<Minutes>,
    } |rule, own| share(rule, "share_over_percent", own.share_over_percent);

    /// D14 滿意度異常: reviews too good, too quick or too many.
    Satisfaction "D14" {
        /// So many of ten thousand reviews of a site's month, or more, are satisfied …
        #[schemars(extend("minimum" = 1))]
        satisfied_of_ten_thousand: Count,
        /// … among more than so many reviews.
        over_reviews: Count,
        /// More than so many reviews from one device …
        device_over_reviews: Count,
        /// … within so many minutes.
        #[schemars(extend("minimum" = 1))]
        device_within_minutes: Minutes,
        /// A review within so many seconds after the case ended.
        after_end_seconds: Count,
    } |rule, own| {
        if own.satisfied_of_ten_thousand.get() <= 10_000 {
            return Ok(());
        }
        Err(format!("{rule}: {} of 10000 are satisfied", own.satisfied_of_ten_thousand))
    };

    /// D15 插隊: what is limited in number was accepted out of turn (art. 57).
    QueueJump "D15" {
        /// Accepted earlier than an application that was complete so many minutes before it.
        over_minutes: Minutes,
    } |_, _| Ok(());

    /// D16 收費異常: charged otherwise than the tariff, too early, or more than once.
    FeeAnomaly "D16" {
        /// By more than so much.
        over_fen: AmountFen,
        /// More payments than this.
        #[schemars(extend("minimum" = 1))]
        over_payments: Count,
    } |_, _| Ok(());

    /// D17 身份異常: an account that was at two places at once.
    Identity "D17" {
        /// Two acts at two sites or devices less than so many minutes apart.
        #[schemars(extend("minimum" = 1))]
        apart_under_minutes: Minutes,
    } |_, _| Ok(());

    /// D18 時鐘偏差: a device's clock that shows another time.
    ClockDrift "D18" {
        /// By more than so many minutes.
        over_minutes: Minutes,
    } |_, _| Ok(());

    /// D19 序號缺口: acts of a connected or an offline system that are missing, or came late.
    SequenceGap "D19" {
        /// Undeclared, and more than so many working days late.
        late_over_working_days: WorkingDays,
    } |_, _| Ok(());

    /// D20 改動記錄: too much was corrected.
    Corrections "D20" {
        /// More than this share of a site's acts of a month.
        share_over_percent: Percent,
        /// Only from so many acts on.
        least_acts: Count,
    } |rule, own| share(rule, "share_over_percent", own.share_over_percent);

    /// D21 抽查: the monthly sample, and how often it agrees with the chronicle.
    Sampling "D21" {
        /// This share of a site's cases of a month …
        #[schemars(extend("minimum" = 1))]
        share_percent: Percent,
        /// … and at least so many.
        least_cases: Count,
        /// Less than this share of what was checked in a month is true.
        #[schemars(extend("minimum" = 1))]
        true_under_percent: Percent,
        /// Only from so many checks on.
        #[schemars(extend("minimum" = 1))]
        least_checks: Count,
    } |rule, own| {
        share(rule, "share_percent", own.share_percent)?;
        share(rule, "true_under_percent", own.true_under_percent)
    };
}

bodies! {
    /// 異常指標生效: the thresholds of the indicators judge from a day on. A rule left out is not
    /// judged.
    IndicatorRulesAdopted {
        /// The edition that judgements cite.
        edition: Edition,
        /// The first day on which it judges.
        effective_on: NaiveDate,
        /// D02 批量補錄.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        batch_entry: Option<BatchEntry>,
        /// D03 秒批.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        instant_decision: Option<InstantDecision>,
        /// D04 零辦件.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        zero_cases: Option<ZeroCases>,
        /// D05 辦件量缺口.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        volume_gap: Option<VolumeGap>,
        /// D06 證照號缺號.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        licence_series: Option<LicenceSeries>,
        /// D07 特別程序濫用.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        pause_abuse: Option<PauseAbuse>,
        /// D08 拆分重置.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        clock_reset: Option<ClockReset>,
        /// D10 兩張皮.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        two_skins: Option<TwoSkins>,
        /// D11 非辦公時間錄入.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        out_of_hours: Option<OutOfHours>,
        /// D12 撤牌異常.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        withdrawals: Option<Withdrawals>,
        /// D13 臨期扎堆.
        #[serde(deserialize_with = "sound")]
        edge_clustering: EdgeClustering,
        /// D14 滿意度異常.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        satisfaction: Option<Satisfaction>,
        /// D15 插隊.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        queue_jump: Option<QueueJump>,
        /// D16 收費異常.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        fee_anomaly: Option<FeeAnomaly>,
        /// D17 身份異常.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        identity: Option<Identity>,
        /// D18 時鐘偏差.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        clock_drift: Option<ClockDrift>,
        /// D19 序號缺口.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        sequence_gap: Option<SequenceGap>,
        /// D20 改動記錄.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        corrections: Option<Corrections>,
        /// D21 抽查.
        #[serde(default, deserialize_with = "if_sound", skip_serializing_if = "Option::is_none")]
        sampling: Option<Sampling>,
        /// Where each number comes from.
        sources: Vec<Text>,
    }
}
