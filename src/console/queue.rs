//! 到期隊列: how many open limits fall due on each of the days to come, drawn day by day.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate};
use tongjian_events::SiteCode;

use super::block::Block;
use super::desk::{Desk, Sql};
use super::svg::Canvas;
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;

const QUEUE: Sql = Sql::of(include_str!("sql/queue.sql"));
/// How many days are drawn.
const DAYS: u64 = 21;
const STEP: i64 = 36;
const HEIGHT: i64 = 110;
const FOOT: i64 = 34;

/// The drawing of a site and all below it; none where nothing falls due.
///
/// # Errors
/// [`StoreError`].
pub async fn drawing(
    desk: &Desk<'_>,
    site: Option<&SiteCode>,
) -> Result<Option<Block>, StoreError> {
    let (frame, today) = (desk.frame, desk.frame.today);
    let Some(last) = today.checked_add_days(Days::new(DAYS - 1)) else { return Ok(None) };
    let values = [Bound::Day(today), Bound::Day(last), Bound::Day(today)];
    let mut days: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for row in desk.rows(QUEUE, site, &values).await? {
        if let Some(day) = row.day(0) {
            *days.entry(day).or_default() += row.count(1);
        }
    }
    let Some(most) = days.values().max().copied().filter(|most| *most > 0) else {
        return Ok(None);
    };
    let format = frame.format();
    let total: i64 = days.values().sum();
    let label = frame.locale.tf("queue.label", &[&format.number(total), &DAYS]);
    let width = STEP * i64::try_from(DAYS).unwrap_or(0);
    let mut canvas = Canvas::new(label, width, HEIGHT + FOOT + 18);
    for (at, day) in (0..).zip(today.iter_days().take(usize::try_from(DAYS).unwrap_or(0))) {
        let count = days.get(&day).copied().unwrap_or(0);
        let off = desk.context.state_council().is_working_day(day) == Ok(false);
        let x = at * STEP;
        if off {
            canvas.bar((x, 18), (STEP, HEIGHT), "var(--shade)", frame.t("case.off"));
        }
        let tall = count * HEIGHT / most;
        let fill = if at == 0 { "var(--amber)" } else { "var(--blue)" };
        if count > 0 {
            canvas.link(&format!("/cases?state=running&due_from={day}&due_to={day}"));
            let said = format!("{} {}: {}", format.day(day), format.weekday(day), count);
            let (top, tall) = (18 + HEIGHT - tall.max(2), tall.max(2));
            canvas.bar((x + 5, top), (STEP - 10, tall), fill, &said);
            canvas.text((x + STEP / 2, top - 4), "middle", "var(--ink)", &count.to_string());
            canvas.unlink();
        }
        let name = format!("{}-{:02}", day.month(), day.day());
        canvas.text((x + STEP / 2, 18 + HEIGHT + 14), "middle", "var(--ink)", &name);
        let weekday: String = short(format.weekday(day));
        canvas.text((x + STEP / 2, 18 + HEIGHT + 28), "middle", "var(--soft)", &weekday);
    }
    canvas.line((0, 18 + HEIGHT), (width, 18 + HEIGHT), "var(--soft)");
    Ok(Some(Block::Drawing(canvas.finish())))
}

/// The last character of a Chinese day of the week; an English one is short already.
fn short(weekday: &str) -> String {
    if weekday.is_ascii() {
        weekday.to_owned()
    } else {
        weekday.chars().next_back().map(String::from).unwrap_or_default()
    }
}
