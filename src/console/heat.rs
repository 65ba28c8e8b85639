//! 行為日歷: the acts of a site on each day, a column a week; drawn by the server, and by the chart
//! library for whoever has a script.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate, NaiveTime, TimeZone as _};
use chrono_tz::Asia::Shanghai;
use tongjian_events::SiteCode;

use super::block::Block;
use super::desk::{Desk, Sql};
use super::site::before;
use super::svg::Canvas;
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;

const HEAT: Sql = Sql {
    postgres: include_str!("sql/site_heat.sql"),
    sqlite: include_str!("sql/site_heat.sqlite.sql"),
};
/// How many days are drawn: 26 weeks.
const DAYS: u64 = 182;
const STEP: i64 = 20;
/// From few to many.
const SHADES: [&str; 5] = ["var(--shade)", "#b9d0e6", "#7fa8cf", "#3f76a8", "#1f4e79"];

/// The drawing; none where nothing was entered.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn drawing(desk: &Desk<'_>, site: &SiteCode) -> Result<Option<Block>, StoreError> {
    let (frame, today) = (desk.frame, desk.frame.today);
    let back = u64::from(today.weekday().num_days_from_monday());
    let first = before(today, DAYS + back);
    let began = Shanghai.from_local_datetime(&first.and_time(NaiveTime::MIN)).earliest();
    let micros = began.map_or(0, |at| at.timestamp_micros());
    let values = [Bound::Text(site.to_string()), Bound::Integer(micros)];
    let mut days: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for row in desk.rows(HEAT, Some(site), &values).await? {
        if let Some(day) = row.day(0).filter(|day| *day <= today) {
            *days.entry(day).or_default() += row.count(1);
        }
    }
    let Some(most) = days.values().max().copied().filter(|most| *most > 0) else {
        return Ok(None);
    };
    let format = frame.format();
    let total: i64 = days.values().sum();
    let label = frame.locale.tf("site.heat", &[&format.number(total), &format.number(most)]);
    let weeks = i64::try_from(DAYS / 7).unwrap_or(0) + 1;
    let mut canvas = Canvas::new(label, 40 + weeks * STEP, 18 + 7 * STEP);
    for at in 0..7_i64 {
        let day = first.iter_days().nth(usize::try_from(at).unwrap_or(0)).unwrap_or(first);
        let name: String = format.weekday(day).chars().rev().take(1).collect();
        let name = if frame.locale.is_chinese() { name } else { format.weekday(day).to_owned() };
        canvas.text((0, 32 + at * STEP), "start", "var(--soft)", &name);
    }
    for (at, day) in (0_i64..).zip(first.iter_days().take_while(|day| *day <= today)) {
        let (x, y) = (40 + at / 7 * STEP, 18 + at % 7 * STEP);
        if day.day() == 1 {
            canvas.text((x, 12), "start", "var(--soft)", &day.format("%Y-%m").to_string());
        }
        let count = days.get(&day).copied().unwrap_or(0);
        let shade = if count == 0 { 0 } else { 1 + (count - 1) * 4 / most };
        let fill = usize::try_from(shade).ok().and_then(|shade| SHADES.get(shade));
        let said = format!("{} {}: {count}", format.day(day), format.weekday(day));
        canvas.bar((x, y), (STEP - 2, STEP - 2), fill.copied().unwrap_or("#1f4e79"), &said);
        if count > 0 {
            let ink = if shade >= 3 { "#fff" } else { "#1c1b19" };
            let text = if count > 999 { "+".to_owned() } else { count.to_string() };
            canvas.small((x + STEP / 2 - 1, y + 13), ink, &text);
        }
    }
    Ok(Some(Block::Drawing(canvas.finish())))
}
