//! 時刻: instants on the wire: RFC 3339 with an offset, to the microsecond at most.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, SecondsFormat, Timelike as _, Utc};
use serde::{Deserialize, Deserializer, Serializer, de};

/// Reads an instant; `Err` says which rule it breaks.
pub fn parse(text: &str) -> Result<DateTime<FixedOffset>, String> {
    let at = DateTime::parse_from_rfc3339(text).map_err(|source| {
        if chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").is_ok() {
            format!("`{text}` has no offset from UTC; write it as {text}+08:00")
        } else {
            format!("`{text}` is no instant of RFC 3339 ({source})")
        }
    })?;
    if at.nanosecond() >= 1_000_000_000 {
        return Err(format!("`{text}` is a leap second, which no window clock shows"));
    }
    if at.nanosecond() % 1_000 != 0 {
        return Err(format!("`{text}` is finer than a microsecond"));
    }
    Ok(at)
}

/// Writes an instant with its own offset and 0, 3 or 6 digits of a second.
#[must_use]
pub fn text(at: &DateTime<FixedOffset>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// Writes a recorded time: UTC, always six digits, `Z`.
#[must_use]
pub fn utc_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// For `#[serde(with)]`.
pub fn serialize<S: Serializer>(at: &DateTime<FixedOffset>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&text(at))
}

/// For `#[serde(with)]`.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<FixedOffset>, D::Error> {
    parse(&Cow::<'de, str>::deserialize(from)?).map_err(de::Error::custom)
}
