//! 數字表: every figure of the letter, and what it is the answer to, in the terms of its query.

use serde::Serialize;

use super::book::Page;
use super::cell::Cell;
use crate::bulletin::letter::Letter;

/// The columns.
const HEAD: [&str; 12] = [
    "id",
    "query",
    "from_on",
    "until_on",
    "over",
    "site",
    "parts",
    "measure",
    "unit",
    "value",
    "least_parts",
    "lines",
];

pub(super) fn page(letter: &Letter) -> Page {
    let mut page = Page::named("figures");
    page.rows.push(HEAD.map(Cell::heading).to_vec());
    for (id, figure) in &letter.content.figures {
        let value = figure.value.map_or(Cell::Empty, |value| Cell::Amount(figure.unit, value));
        let least = figure.value.map_or(Cell::Empty, |value| Cell::Written(value.to_string()));
        page.rows.push(vec![
            Cell::text(id),
            Cell::text(&figure.query),
            Cell::Day(figure.period.from_on),
            Cell::Day(figure.period.until_on),
            word(&figure.over),
            Cell::text(&figure.site.to_string()),
            Cell::text(&figure.parts.join(" ")),
            word(&figure.measure),
            word(&figure.unit),
            value,
            least,
            Cell::Count(figure.lines),
        ]);
    }
    page
}

/// A word of ours, as it is recorded.
fn word(of: &impl Serialize) -> Cell {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => Cell::Text(word),
        _ => Cell::Empty,
    }
}
