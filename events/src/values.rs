//! The values that bodies are made of. A value that exists is lawful: each type refuses nonsense
//! when it is read, and says the same in the published JSON Schema. Bodies hold no bare strings
//! or numbers, so two of them cannot be swapped by mistake.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

/// Defines a text type with a length limit in characters.
///
/// All of them refuse the empty text, leading or trailing white space and control characters:
/// such differences are invisible on paper, and two subjects that differ in them are a mistake.
macro_rules! text {
    ($( $(#[$doc:meta])* $name:ident ($max:literal) )*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// The greatest length, in characters.
            pub const MAX_CHARS: usize = $max;

            /// Reads a text; `Err` says in words which rule it breaks.
            pub fn new(text: &str) -> Result<Self, String> {
                check_text(text, Self::MAX_CHARS).map(|()| Self(text.into()))
            }

            /// The text as given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(from)?;
                Self::new(&text).map_err(de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string", "minLength": 1, "maxLength": $max,
                    "pattern": TEXT_PATTERN,
                })
            }
        }
    )* };
}

text! {
    /// 代碼: a short code of the sender's own (a device, a step, a ticket, a number series).
    Code(64)
    /// 事項編碼: an item of the catalogue.
    ItemCode(64)
    /// 申請人標識: an opaque reference to an applicant, never a name or a document number.
    ApplicantRef(64)
    /// 工作人員編號: a member of staff.
    StaffId(64)
    /// 單位: a department or unit, by its code or its full official name.
    UnitCode(128)
    /// 窗口編號: a window of a site.
    WindowId(64)
    /// 文號: the number printed on a document (acceptance notice, voucher, order, receipt, licence).
    DocumentNo(128)
    /// 說明: free text, as written.
    Text(4000)
    /// 名稱: the name of a thing or a place.
    Name(200)
    /// 摘要值: a digest in lower-case hexadecimal, with its algorithm, such as `sha-256:9f86…`.
    Digest(140)
}

/// What [`check_text`] checks, as a pattern: no control character but the line feed, and neither
/// that nor white space at an end.
const TEXT_PATTERN: &str = concat!(
    r"^[^\s\u0000-\u001f\u007f-\u009f]",
    r"([^\u0000-\u0009\u000b-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f])?$",
);

fn check_text(text: &str, max: usize) -> Result<(), String> {
    if text.is_empty() {
        return Err("the text is empty".into());
    }
    if text.trim().len() != text.len() {
        return Err(format!("`{text}` begins or ends with white space"));
    }
    if text.len() > max {
        let chars = text.chars().count();
        if chars > max {
            return Err(format!("the text has {chars} characters, at most {max} are allowed"));
        }
    }
    match text.chars().find(|c| c.is_control() && *c != '\n') {
        Some(c) => Err(format!("the text holds the control character U+{:04X}", u32::from(c))),
        None => Ok(()),
    }
}

/// Defines a whole number within fixed bounds.
macro_rules! bounded {
    ($(
        $(#[$doc:meta])*
        $name:ident($inner:ty) $min:literal..=$max:literal $unit:literal
    )*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// The least number.
            pub const MIN: $inner = $min;
            /// The greatest number.
            pub const MAX: $inner = $max;

            /// Reads a number; `Err` says which bound it passes.
            pub fn new(number: i64) -> Result<Self, String> {
                <$inner>::try_from(number).ok()
                    .filter(|n| (Self::MIN..=Self::MAX).contains(n)).map(Self)
                    .ok_or_else(|| format!(
                        "{number} {} is outside {}..={}", $unit, Self::MIN, Self::MAX))
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::new(i64::deserialize(from)?).map_err(de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let (min, max): (i64, i64) = ($min, $max);
                json_schema!({ "type": "integer", "minimum": min, "maximum": max })
            }
        }
    )* };
}

bounded! {
    /// 工作日數: a number of working days.
    WorkingDays(u16) 0..=1000 "working days"
    /// 自然日數: a number of calendar days.
    CalendarDays(u16) 0..=4000 "calendar days"
    /// 金額(分): an amount of money in fen.
    AmountFen(i64) 0..=1_000_000_000_000 "fen"
    /// 數量: how many.
    Count(u32) 0..=100_000_000 "units"
    /// 面積(平方米): a floor area in whole square metres.
    SquareMetres(u32) 0..=1_000_000 "square metres"
    /// 得分(百分之一分): a score in hundredths of a point, so that no float is needed.
    ScoreHundredths(i32) -100_000..=100_000 "hundredths of a point"
    /// 分值(百分之一分): full points and what is added, in hundredths; never less than none.
    PointsHundredths(i32) 0..=100_000 "hundredths of a point"
    /// 版次: the version number of an item, a rule or a form.
    Edition(u32) 1..=1_000_000 "(edition)"
    /// 序號: a serial number, from 1.
    SerialNo(u32) 1..=1_000_000_000 "(serial number)"
    /// 分鐘數: a number of minutes.
    Minutes(u32) 0..=1_000_000 "minutes"
    /// 百分比: a share in whole per cent.
    Percent(u16) 0..=10_000 "per cent"
    /// 年份: a year of the civil calendar.
    Year(u16) 1900..=2200 "(year)"
    /// 日: a day of the month.
    DayOfMonth(u8) 1..=31 "(day of the month)"
    /// 樓層: a floor; 1 is the ground floor, below it are negative numbers.
    Floor(i16) -20..=200 "(floor)"
    /// 緯度: a latitude in millionths of a degree, north positive.
    Latitude(i32) -90_000_000..=90_000_000 "millionths of a degree"
    /// 經度: a longitude in millionths of a degree, east positive.
    Longitude(i32) -180_000_000..=180_000_000 "millionths of a degree"
}

/// 階段時限: the limits of one case, side by side. Limits that make no sense cannot be read:
/// a promise (承諾時限) longer than the statute (法定時限) is refused with both numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "LimitsAsSent", deny_unknown_fields)]
pub struct Limits {
    /// 承諾時限: the promised limit in working days; 0 is the same day; absent when none was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_working_days: Option<WorkingDays>,
    /// 法定時限: the limit of the governing statute; absent when the general law applies
    /// (Administrative Licensing Law, art. 42).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory_working_days: Option<WorkingDays>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LimitsAsSent {
    /// 承諾時限: the promised limit in working days; 0 is the same day; absent when none was made.
    #[serde(default)]
    promised_working_days: Option<WorkingDays>,
    /// 法定時限: the limit of the governing statute; absent when the general law applies.
    #[serde(default)]
    statutory_working_days: Option<WorkingDays>,
}

impl TryFrom<LimitsAsSent> for Limits {
    type Error = String;
    fn try_from(sent: LimitsAsSent) -> Result<Self, String> {
        let LimitsAsSent { promised_working_days, statutory_working_days } = sent;
        if let (Some(promised), Some(statutory)) = (promised_working_days, statutory_working_days)
            && promised > statutory
        {
            return Err(format!(
                "the promise of {promised} working days is longer than the statutory {statutory}"
            ));
        }
        Ok(Self { promised_working_days, statutory_working_days })
    }
}

/// 流程: the steps of an item under its promise. Steps whose limits sum past the promise are
/// refused with both numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "FlowAsSent", deny_unknown_fields)]
pub struct Flow {
    /// The limits of the whole item.
    pub limits: Limits,
    /// The steps in order.
    pub steps: Vec<FlowStep>,
}

/// 環節: one step of a flow, with its own limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowStep {
    /// The step's code, as `case.StepStarted` names it.
    pub step: Code,
    /// The step's limit in working days.
    pub limit_working_days: WorkingDays,
    /// 崗位: the post that answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Name>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FlowAsSent {
    /// The limits of the whole item.
    limits: Limits,
    /// The steps in order.
    steps: Vec<FlowStep>,
}

impl TryFrom<FlowAsSent> for Flow {
    type Error = String;
    fn try_from(sent: FlowAsSent) -> Result<Self, String> {
        let sum: u32 = sent.steps.iter().map(|s| u32::from(s.limit_working_days.get())).sum();
        let limit = sent.limits.promised_working_days.or(sent.limits.statutory_working_days);
        if let Some(limit) = limit
            && sum > u32::from(limit.get())
        {
            return Err(format!(
                "the step limits sum to {sum} working days, past the promised {limit}"
            ));
        }
        Ok(Self { limits: sent.limits, steps: sent.steps })
    }
}

/// 期間: a span of days, both ends included. One that ends before it begins is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "PeriodAsSent", deny_unknown_fields)]
pub struct Period {
    /// The first day.
    pub from_on: NaiveDate,
    /// The last day.
    pub until_on: NaiveDate,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PeriodAsSent {
    /// The first day.
    from_on: NaiveDate,
    /// The last day.
    until_on: NaiveDate,
}

impl TryFrom<PeriodAsSent> for Period {
    type Error = String;
    fn try_from(sent: PeriodAsSent) -> Result<Self, String> {
        let PeriodAsSent { from_on, until_on } = sent;
        if until_on < from_on {
            return Err(format!("the period ends on {until_on}, before it begins on {from_on}"));
        }
        Ok(Self { from_on, until_on })
    }
}

/// Positions are 64-bit numbers and therefore text on the wire (RFC 8785 knows only doubles).
pub mod position_text {
    use std::borrow::Cow;

    use serde::{Deserialize, Deserializer, Serializer, de};

    /// Writes a position as decimal text.
    pub fn serialize<S: Serializer>(position: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(position)
    }

    /// Reads a position from decimal text.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        let text = Cow::<'de, str>::deserialize(from)?;
        let digits = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        text.parse().ok().filter(|_| digits).ok_or_else(|| {
            de::Error::custom(format!("`{text}` is no position: a whole number from 1, as text"))
        })
    }
}

/// 位置: the place of an act in the chronicle, from 1, without holes; text on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(#[serde(with = "position_text")] pub u64);

impl JsonSchema for Position {
    fn schema_name() -> Cow<'static, str> {
        "Position".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[1-9][0-9]{0,19}$" })
    }
}

/// 時刻: an instant with its offset from UTC, to the microsecond at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(#[serde(with = "crate::instant")] pub DateTime<FixedOffset>);

impl JsonSchema for Instant {
    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}
