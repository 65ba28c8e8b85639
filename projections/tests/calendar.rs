//! The working calendar against rows that others computed, against a walk over the days, and as
//! it was known before and after each amendment.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "calendar/known_on.rs"]
mod known_on;
#[path = "calendar/oracles.rs"]
mod oracles;
#[path = "calendar/provisional.rs"]
mod provisional;
#[path = "calendar/walk.rs"]
mod walk;

use std::sync::LazyLock;

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::calendar::{WorkingDayRule, shipped_notices};
use tongjian_projections::calendar::{Calendar, NoticeView, Pause};

static NOTICES: LazyLock<Vec<Event>> = LazyLock::new(|| shipped_notices().unwrap());
static STATE_COUNCIL: LazyLock<Calendar> = LazyLock::new(|| known_on("2026-12-31"));
static PLAIN: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::build(WorkingDayRule::MondayToFriday, []));

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no day"))
}

/// The calendar as known at the end of a day.
fn known_on(text: &str) -> Calendar {
    let notices = NOTICES.iter().filter_map(NoticeView::of);
    Calendar::build(WorkingDayRule::StateCouncil, NoticeView::known_on(notices, day(text)))
}

fn pauses(text: &str) -> Vec<Pause> {
    let pause = |span: &str| {
        let (begin, end) = span.split_once('/').unwrap();
        Pause { begin: day(begin), end: day(end) }
    };
    text.split(';').filter(|span| !span.is_empty()).map(pause).collect()
}
