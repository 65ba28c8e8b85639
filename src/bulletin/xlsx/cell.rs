//! 單元格: what a cell holds, and how a workbook has it: a number as a number, a day as a day, a
//! text as a text whatever it begins with.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::Element;
use crate::bulletin::content::Unit;

/// A cell.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Empty,
    Text(String),
    Heading(String),
    Day(NaiveDate),
    /// A number in the least parts of its unit.
    Amount(Unit, i64),
    Count(u64),
    /// A number as it is written.
    Written(String),
}

/// What a workbook has of a cell's form: its place among the styles, and the code of its format.
pub(super) const STYLES: [(&str, u32); 8] = [
    ("plain", 0),
    ("heading", 49),
    ("text", 49),
    // As typed with an apostrophe before it: it stays text when the cell is edited.
    ("quoted", 49),
    ("day", DAY_FORMAT),
    ("whole", 1),
    ("hundredths", 2),
    ("share", 10),
];

/// The first of the codes that a workbook may give itself.
pub(super) const DAY_FORMAT: u32 = 164;

/// No cell of a workbook holds more characters.
const LONGEST: usize = 32_767;

impl Cell {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(super) fn heading(text: &str) -> Self {
        Self::Heading(text.to_owned())
    }

    /// As it stands in a sheet; an empty cell is not there.
    pub(super) fn element(&self, row: usize, place: usize) -> Option<Element> {
        let (style, inside) = match self {
            Self::Empty => return None,
            Self::Text(text) | Self::Heading(text) if text.is_empty() => return None,
            Self::Text(text) if is_like_a_formula(text) => ("quoted", in_line(text)),
            Self::Text(text) => ("text", in_line(text)),
            Self::Heading(text) => ("heading", in_line(text)),
            Self::Day(day) => ("day", number(serial(*day).to_string())),
            Self::Amount(unit, value) => (style_of(*unit), number(amount(*unit, *value))),
            Self::Count(count) => ("whole", number(count.to_string())),
            Self::Written(written) => ("plain", number(written.clone())),
        };
        let mut cell = Element::new("c")
            .with("r", format!("{}{row}", column(place)))
            .with("s", place_of(style).to_string());
        if matches!(self, Self::Text(_) | Self::Heading(_)) {
            cell = cell.with("t", "inlineStr");
        }
        Some(cell.child(inside))
    }

    /// How wide it is, in characters of the default font.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Day(_) => 10,
            Self::Amount(unit, value) => unit.number(*value).len() + 1,
            Self::Count(count) => count.to_string().len(),
            Self::Text(text) | Self::Heading(text) | Self::Written(text) => {
                text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
            }
        }
    }
}

/// The letters of a column; the first is of place 0.
pub(crate) fn column(place: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = place + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(u8::try_from(rest % 26).map_or('A', |letter| char::from(b'A' + letter)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

fn place_of(style: &str) -> usize {
    STYLES.iter().position(|(name, _)| *name == style).unwrap_or_default()
}

const fn style_of(unit: Unit) -> &'static str {
    match unit {
        Unit::ShareHundredths => "share",
        _ if unit.decimals() == 2 => "hundredths",
        _ => "whole",
    }
}

/// A share is a part of one in a workbook; everything else is as it is written.
fn amount(unit: Unit, value: i64) -> String {
    match unit {
        Unit::ShareHundredths => {
            let sign = if value < 0 { "-" } else { "" };
            let parts = value.unsigned_abs();
            format!("{sign}{}.{:04}", parts / 10_000, parts % 10_000)
        }
        _ => unit.number(value),
    }
}

/// Days since the last day of 1899, counting a 29 February 1900 that was not, as workbooks do.
fn serial(day: NaiveDate) -> i64 {
    let start = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default();
    day.signed_duration_since(start).num_days()
}

fn is_like_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

fn number(written: String) -> Element {
    Element::texting("v", written)
}

fn in_line(text: &str) -> Element {
    let text = Element::new("t").with("xml:space", "preserve").text(held(text));
    Element::new("is").child(text)
}

/// A text as a cell can hold it: cut where it is too long, and with `_x0041_` kept from being read
/// as the character of that number.
fn held(text: &str) -> String {
    let text: Cow<'_, str> = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => text.get(..end).unwrap_or_default().into(),
        None => text.into(),
    };
    text.replace("_x", "_x005F_x")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_in_a_workbook() {
        let named = [0, 25, 26, 51, 701, 702].map(column);
        assert_eq!(named, ["A", "Z", "AA", "AZ", "ZZ", "AAA"]);
    }

    #[test]
    fn amounts_are_exact_decimals() {
        assert_eq!(amount(Unit::ShareHundredths, 9_987), "0.9987");
        assert_eq!(amount(Unit::ShareHundredths, -12_345), "-1.2345");
        assert_eq!(amount(Unit::Fen, 1_234_505), "12345.05");
        assert_eq!(amount(Unit::Cases, 1_177), "1177");
    }

    #[test]
    fn days_are_counted_as_workbooks_count() {
        let serial = |day: &str| serial(day.parse().unwrap());
        assert_eq!((serial("2008-07-15"), serial("1970-01-01")), (39_644, 25_569));
    }
}
