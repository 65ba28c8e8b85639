//! 階梯的自洽: a ladder that contradicts itself cannot be read. Every refusal names the rules it is
//! about, and both numbers.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{CardTrigger, LadderRow};
use crate::card::{AppealGround, CardLevel};

/// 發牌階梯: the rows of a card policy. It has one row at least, each rule once, and no row that
/// contradicts itself or another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<LadderRow>")]
pub struct Ladder(Vec<LadderRow>);

impl TryFrom<Vec<LadderRow>> for Ladder {
    type Error = String;
    fn try_from(rows: Vec<LadderRow>) -> Result<Self, String> {
        if rows.is_empty() {
            return Err("the ladder has 0 rows, at least 1 is needed".into());
        }
        for (at, row) in rows.iter().enumerate() {
            let again = rows.iter().skip(at + 1).position(|other| other.rule == row.rule);
            if let Some(again) = again {
                let (first, second) = (at + 1, at + 2 + again);
                return Err(format!(
                    "rule {} stands twice, in rows {first} and {second}",
                    row.rule
                ));
            }
            alone(row).map_err(|why| format!("rule {}: {why}", row.rule))?;
            reachable(row, &rows).map_err(|why| format!("rule {}: {why}", row.rule))?;
        }
        in_order(&rows)?;
        Ok(Self(rows))
    }
}

impl Deref for Ladder {
    type Target = [LadderRow];
    fn deref(&self) -> &[LadderRow] {
        &self.0
    }
}

impl JsonSchema for Ladder {
    fn schema_name() -> Cow<'static, str> {
        "Ladder".into()
    }
    fn json_schema(of: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "minItems": 1, "items": of.subschema_for::<LadderRow>() })
    }
}

/// 申訴理由: the grounds for an appeal that a policy admits, each once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<AppealGround>")]
pub struct AppealGrounds(Vec<AppealGround>);

impl TryFrom<Vec<AppealGround>> for AppealGrounds {
    type Error = String;
    fn try_from(grounds: Vec<AppealGround>) -> Result<Self, String> {
        if grounds.is_empty() {
            return Err("0 grounds are admitted, at least 1 is needed".into());
        }
        let different: BTreeSet<_> = grounds.iter().collect();
        if different.len() != grounds.len() {
            let (all, once) = (grounds.len(), different.len());
            return Err(format!("{all} grounds are named, only {once} are different"));
        }
        Ok(Self(grounds))
    }
}

impl Deref for AppealGrounds {
    type Target = [AppealGround];
    fn deref(&self) -> &[AppealGround] {
        &self.0
    }
}

impl JsonSchema for AppealGrounds {
    fn schema_name() -> Cow<'static, str> {
        "AppealGrounds".into()
    }
    fn json_schema(of: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array", "minItems": 1, "uniqueItems": true,
            "items": of.subschema_for::<AppealGround>(),
        })
    }
}

impl CardTrigger {
    /// Whether it shows before something is due.
    #[must_use]
    pub const fn is_before(self) -> bool {
        matches!(self, Self::PromiseNearlyDue | Self::ReceiptNoticeNearlyDue)
    }

    /// Whether it is a limit that was passed, by more or less.
    #[must_use]
    pub const fn is_past(self) -> bool {
        matches!(
            self,
            Self::StepOverdue
                | Self::PromiseOverdue
                | Self::LowerReviewOverdue
                | Self::StatuteOverdue
        )
    }

    /// Whether it is a number of cards.
    #[must_use]
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::ConsecutiveWarnings | Self::CardRepeated)
    }
}

/// What a row says by itself.
fn alone(row: &LadderRow) -> Result<(), String> {
    let (trigger, level) = (row.trigger, row.level);
    let days = |name: &str, days: u16| format!("`{name}` is {days}, but {trigger} asks for none");
    match row.within_working_days {
        None if trigger.is_before() => {
            return Err(format!("{trigger} needs `within_working_days`, from 0 on"));
        }
        Some(within) if !trigger.is_before() => {
            return Err(days("within_working_days", within.get()));
        }
        _ => {}
    }
    if level == CardLevel::Reminder && trigger != CardTrigger::PromiseNearlyDue {
        return Err(format!("a reminder goes out before a promise is due, not on {trigger}"));
    }
    if let Some(past) = row.past_working_days.filter(|_| !trigger.is_past()) {
        return Err(days("past_working_days", past.get()));
    }
    if let Some(share) = row.past_percent {
        if !trigger.is_past() {
            return Err(days("past_percent", share.get()));
        }
        if share.get() <= 100 {
            return Err(format!("`past_percent` is {share}, what is past is more than 100"));
        }
    }
    let promise = matches!(trigger, CardTrigger::PromiseNearlyDue | CardTrigger::PromiseOverdue);
    if let Some(from) = row.promised_from_working_days.filter(|_| !promise) {
        return Err(days("promised_from_working_days", from.get()));
    }
    match row.times {
        Some(times) if !trigger.is_counted() => {
            return Err(format!("`times` is {times}, but {trigger} is not counted"));
        }
        times if trigger.is_counted() && times.is_none_or(|times| times.get() < 2) => {
            let times = times.map_or(0, |times| times.get());
            return Err(format!("`times` is {times}, at least 2 are needed on {trigger}"));
        }
        _ => {}
    }
    if row.points_hundredths.get() > 0 {
        let points = row.points_hundredths;
        return Err(format!("{points} hundredths of a point are given; what is taken is below 0"));
    }
    let told: BTreeSet<_> = row.notified.iter().collect();
    if told.is_empty() || told.len() != row.notified.len() {
        let (all, once) = (row.notified.len(), told.len());
        return Err(format!("{all} are told, {once} of them different; at least 1, each once"));
    }
    Ok(())
}

/// What follows from cards needs rows that issue them.
fn reachable(row: &LadderRow, rows: &[LadderRow]) -> Result<(), String> {
    let below = |other: &LadderRow| other.level > CardLevel::Reminder && other.level < row.level;
    let can = match row.trigger {
        CardTrigger::ConsecutiveWarnings => {
            rows.iter().any(|other| other.level == CardLevel::Warning && other.rule != row.rule)
        }
        CardTrigger::CardUnanswered => rows.iter().any(|other| below(other) && is_answered(other)),
        CardTrigger::CardRepeated => rows.iter().any(below),
        _ => true,
    };
    if can {
        return Ok(());
    }
    let (trigger, level) = (row.trigger, row.level);
    Err(format!("it can never fire: {trigger} at level {level}, and 0 rows issue what it counts"))
}

/// Whether a card of this row has a reply's last day.
fn is_answered(row: &LadderRow) -> bool {
    matches!(row.level, CardLevel::Yellow | CardLevel::Red) || row.reply_working_days.is_some()
}

/// Of two rows of one trigger the higher level takes no less, and does not come first, nor do both
/// come at once.
fn in_order(rows: &[LadderRow]) -> Result<(), String> {
    let from = |row: &LadderRow| row.promised_from_working_days.map_or(0, |days| days.get());
    let lengths: BTreeSet<u16> = rows.iter().map(from).collect();
    for low in rows {
        for high in rows.iter().filter(|high| {
            high.trigger == low.trigger
                && high.object == low.object
                && high.handling == low.handling
                && high.rule != low.rule
        }) {
            // Both speak of promises of one length: of its own level each is the closest.
            let speaks = |row: &LadderRow, length: u16| {
                let rivals = rows.iter().filter(|r| r.trigger == row.trigger);
                let rivals = rivals.filter(|r| r.level == row.level && from(r) <= length);
                from(row) <= length && rivals.map(from).max() == Some(from(row))
            };
            if !lengths.iter().any(|length| speaks(low, *length) && speaks(high, *length)) {
                continue;
            }
            let (a, b) = (moments(low), moments(high));
            let pair = || format!("rules {} ({}) and {}", low.rule, low.level, high.rule);
            if high.level > low.level
                && let Some((low_at, high_at)) = earlier(&a, &b)
            {
                return Err(format!(
                    "{} ({}): the higher level comes first, at {high_at} and not after {low_at}",
                    pair(),
                    high.level
                ));
            }
            let (light, heavy) = (low.points_hundredths, high.points_hundredths);
            if high.level > low.level && heavy.get() > light.get() {
                return Err(format!(
                    "{} ({}): the higher level takes less, {heavy} and not {light} hundredths",
                    pair(),
                    high.level
                ));
            }
            if high.level >= low.level && a == b && !low.trigger.is_counted() {
                let level = high.level;
                return Err(format!("{} ({level}) fire on the same, both at {}", pair(), text(&a)));
            }
        }
    }
    Ok(())
}

/// When a row fires: so many working days after (or before, negative) the due day, and so many per
/// cent of the limit; `None` where it does not look at that.
type Moments = (Option<i32>, Option<u16>);

fn moments(row: &LadderRow) -> Moments {
    let within = row.within_working_days.map(|days| -i32::from(days.get()));
    let past = row.past_working_days.map(|days| i32::from(days.get()));
    let share = row.past_percent.map(|share| share.get());
    match (within.or(past), share) {
        (None, None) => (Some(0), Some(100)),
        // Past by 0 days is past, whatever the share.
        (Some(0), _) if row.trigger.is_past() => (Some(0), Some(100)),
        (days, share) => (days, share),
    }
}

/// The two numbers, where the second row fires before the first.
fn earlier(low: &Moments, high: &Moments) -> Option<(String, String)> {
    let days = low.0.zip(high.0).filter(|(low, high)| high < low);
    let share = low.1.zip(high.1).filter(|(low, high)| high < low);
    let days = days.map(|(low, high)| (format!("{low} working days"), format!("{high}")));
    days.or_else(|| share.map(|(low, high)| (format!("{low} per cent"), format!("{high}"))))
}

fn text(of: &Moments) -> String {
    match of {
        (Some(days), _) => format!("{days} working days"),
        (None, share) => format!("{} per cent", share.unwrap_or(100)),
    }
}
