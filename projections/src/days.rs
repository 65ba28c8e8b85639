//! 節假日與調休: the days that notices name, one line each, for boards that shade them. Limits are
//! counted by the calendar of the context, never by this table.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tongjian_events::calendar::DayKind;
use tongjian_events::{Event, Recorded, Row as CatalogRow};

use crate::context::Context;
use crate::{Lines, Projection, Span, Table, day, integer, text};

/// 節假日投影: one row per day that a notice names.
#[derive(Debug)]
pub struct Days;

/// What notices say of one day, in the order in which they were entered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Said {
    said: Vec<Saying>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Saying {
    published_on: NaiveDate,
    position: u64,
    kind: DayKind,
    festival: Option<String>,
}

impl Projection for Days {
    type Row = Said;

    const NAME: &'static str = "days";
    const EDITION: u32 = 1;
    const TABLES: &'static [Table] = &[Table {
        name: "calendar_days",
        columns: &[
            day("on_day"),
            text("kind"),
            text("festival"),
            day("published_on"),
            integer("position"),
        ],
        indexes: &[&["on_day"]],
    }];

    fn reads(row: &CatalogRow) -> bool {
        matches!(row.name, "HolidayNoticePublished" | "HolidayNoticeAmended")
    }

    fn touches(act: &Recorded) -> Vec<String> {
        let days = match &act.event {
            Event::HolidayNoticePublished(notice) => &notice.days,
            Event::HolidayNoticeAmended(notice) => &notice.days,
            _ => return Vec::new(),
        };
        days.iter().map(|day| day.on.to_string()).collect()
    }

    fn fold(row: &mut Option<Said>, key: &str, act: &Recorded) {
        let (published_on, days) = match &act.event {
            Event::HolidayNoticePublished(notice) => (notice.published_on, &notice.days),
            Event::HolidayNoticeAmended(notice) => (notice.published_on, &notice.days),
            _ => return,
        };
        let row = row.get_or_insert_default();
        for day in days.iter().filter(|day| day.on.to_string() == key) {
            row.said.push(Saying {
                published_on,
                position: act.place.position,
                kind: day.kind,
                festival: day.festival.as_ref().map(ToString::to_string),
            });
        }
        // Notices of several streams name one day, and are not read in their order.
        row.said.sort_by_key(|said| said.position);
    }

    fn derive(key: &str, row: &Said, _: &Context, out: &mut Lines) -> Option<Span> {
        let on: NaiveDate = key.parse().ok()?;
        // Of two notices the one that was published later holds.
        let said = row.said.iter().max_by_key(|said| (said.published_on, said.position))?;
        let kind = match said.kind {
            DayKind::Off => "off",
            DayKind::Work => "work",
        };
        let (published_on, position) = (said.published_on, said.position);
        let festival = said.festival.clone();
        let line =
            vec![on.into(), kind.into(), festival.into(), published_on.into(), position.into()];
        out.0.push((0, line));
        None
    }
}
