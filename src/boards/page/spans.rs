//! 站點狀態: stretches of days as lines, one for each site.

use chrono::NaiveDate;
use tongjian_projections::Cell as Value;

use crate::boards::Colour;
use crate::boards::answers::Shown;
use crate::console::block::Block;
use crate::console::desk::Desk;
use crate::console::svg::Canvas;

const LEFT: i64 = 260;
const WIDE: i64 = 620;
const LINE: i64 = 20;

/// The stretches as a drawing, with what the colours say below it; nothing where there is none.
pub(super) fn drawn(
    desk: &Desk<'_>,
    title: &str,
    rows: &[Vec<Value>],
    states: &[(&str, Colour)],
    shown: &Shown,
) -> Option<Block> {
    let mut sites: Vec<(&str, &str)> = rows.iter().filter_map(|row| site(row)).collect();
    sites.sort_unstable();
    sites.dedup();
    if sites.is_empty() {
        return None;
    }
    let lines = i64::try_from(sites.len()).unwrap_or(0);
    let mut canvas = Canvas::new(title, LEFT + WIDE, (lines + 1) * LINE + 24);
    let x = |day: NaiveDate| LEFT + (day - shown.from_on).num_days() * WIDE / days(shown);
    for (at, (_, name)) in (0..).zip(&sites) {
        canvas.text((LEFT - 6, at * LINE + 14), "end", "var(--ink)", &desk.frame.locale.name(name));
    }
    for row in rows {
        let (Some((code, name)), Some(Value::Integer(state))) = (site(row), row.get(2)) else {
            continue;
        };
        let line = sites.iter().position(|(of, _)| *of == code).unwrap_or(0);
        let from_on = day(row.get(3)).unwrap_or(shown.from_on).max(shown.from_on);
        let to_on = day(row.get(4)).unwrap_or(shown.until_on).min(shown.until_on);
        let past = to_on.succ_opt().unwrap_or(to_on);
        let (said, colour) = state_of(desk, states, *state);
        let format = desk.frame.format();
        let told = format!("{} {}: {} – {}", name, said, format.day(from_on), format.day(to_on));
        let at = (x(from_on), i64::try_from(line).unwrap_or(0) * LINE + 3);
        canvas.bar(at, ((x(past) - x(from_on)).max(2), LINE - 6), colour, &told);
    }
    let below = lines * LINE + 14;
    let format = desk.frame.format();
    canvas.text((LEFT, below), "start", "var(--soft)", &format.day(shown.from_on));
    canvas.text((LEFT + WIDE, below), "end", "var(--soft)", &format.day(shown.until_on));
    for (at, state) in (0..).zip(1..states.len()) {
        let (said, colour) = state_of(desk, states, i64::try_from(state).unwrap_or(0));
        canvas.bar((LEFT + at * 170, below + 8), (12, 12), colour, &said);
        canvas.text((LEFT + at * 170 + 18, below + 18), "start", "var(--ink)", &said);
    }
    Some(Block::Drawing(canvas.finish()))
}

/// The code and the name of the site of a stretch.
fn site(row: &[Value]) -> Option<(&str, &str)> {
    match (row.first()?, row.get(1)?) {
        (Value::Text(code), Value::Text(name)) => Some((code, name)),
        (Value::Text(code), _) => Some((code, code)),
        _ => None,
    }
}

/// A day: SQLite's are text.
fn day(cell: Option<&Value>) -> Option<NaiveDate> {
    match cell? {
        Value::Day(day) => Some(*day),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

fn days(shown: &Shown) -> i64 {
    ((shown.until_on - shown.from_on).num_days() + 1).max(1)
}

/// What a state is called in the language of the page, and its colour.
fn state_of(desk: &Desk<'_>, states: &[(&str, Colour)], state: i64) -> (String, &'static str) {
    let found = usize::try_from(state).ok().and_then(|state| states.get(state));
    let (said, colour) = found.copied().unwrap_or(("", Colour::Plain));
    let colour = match colour {
        Colour::Red => "var(--red)",
        Colour::Yellow => "var(--yellow)",
        Colour::Green => "var(--green)",
        Colour::Plain => "var(--blue)",
    };
    let (chinese, english) = said.split_once(' ').unwrap_or((said, said));
    let locale = desk.frame.locale;
    (if locale.is_chinese() { locale.name(chinese) } else { english.to_owned() }, colour)
}
