//! 時間軸圖: a case day by day: days off shaded, pauses hatched, due days marked, acts as dots in
//! the order they happened. Only where things stand; how they look is the template's.

use std::collections::HashMap;
use std::ops::Range;

use chrono::{Datelike as _, Days, NaiveDate};

use super::frame::Frame;
use crate::query::{CaseFile, Line, Procedure};

/// Days shown before and after what happened.
const MARGIN_DAYS: u64 = 1;
const NEAR_DAYS: u64 = 31;
/// Beyond so many days the drawing ends; the tables below it hold everything.
const MOST_DAYS: i64 = 800;
const HEAD: i64 = 34;
const ROW: i64 = 26;
const DOT: i64 = 14;

/// The drawing, in pixels.
#[derive(Debug)]
pub(super) struct Drawing {
    pub(super) width: i64,
    pub(super) height: i64,
    /// Where the rows of clocks end and the dots begin.
    pub(super) floor: i64,
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
    pub(super) cut: bool,
    pub(super) off: Vec<Bar>,
    pub(super) ticks: Vec<Bar>,
    pub(super) pauses: Vec<Bar>,
    pub(super) clocks: Vec<Row>,
    pub(super) dots: Vec<Dot>,
    pub(super) today: Option<i64>,
}

/// Something over one or several days.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) width: i64,
    pub(super) label: String,
    pub(super) stops: bool,
}

/// One clock.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) y: i64,
    pub(super) bar: Bar,
    pub(super) due: Option<i64>,
    pub(super) standing: &'static str,
}

/// One act.
#[derive(Debug)]
pub(super) struct Dot {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) number: usize,
    pub(super) label: String,
}

struct Scale {
    first: NaiveDate,
    last: NaiveDate,
    day: i64,
}

impl Scale {
    /// The left edge of a day; days outside fall on the edges.
    fn x(&self, day: NaiveDate) -> i64 {
        (day.clamp(self.first, self.last) - self.first).num_days() * self.day
    }

    fn bar(&self, from: NaiveDate, to: NaiveDate, label: String, stops: bool) -> Bar {
        let x = self.x(from);
        Bar { x, width: (self.x(to) - x + self.day).max(self.day), label, stops }
    }

    fn days(&self) -> impl Iterator<Item = NaiveDate> {
        let last = self.last;
        self.first.iter_days().take_while(move |day| *day <= last)
    }
}

impl Drawing {
    /// The drawing of a case; none of a case of which nothing had happened.
    pub(super) fn of(
        frame: &Frame,
        case: &CaseFile,
        (raw, on_page): (&[Line], Range<usize>),
        effective: &[Line],
    ) -> Option<Self> {
        let due = case.view.clocks.iter().filter_map(|clock| clock.clock.due_on);
        let began = case.view.clocks.iter().map(|clock| clock.clock.started_on);
        let happened = effective.iter().chain(raw).map(|line| line.civil.date());
        let days: Vec<_> = happened.chain(due).chain(began).collect();
        let first = days.iter().min()?.checked_sub_days(Days::new(MARGIN_DAYS))?;
        let end = days.iter().max()?.checked_add_days(Days::new(MARGIN_DAYS))?;
        // The day of the answer is shown where it is near: a line long overdue says nothing more.
        let near = (end..=end.checked_add_days(Days::new(NEAR_DAYS))?).contains(&case.view.as_of);
        let end = if near { case.view.as_of } else { end };
        let span = (end - first).num_days() + 1;
        let cut = span > MOST_DAYS;
        let last = if cut { first.checked_add_days(Days::new(800))? } else { end };
        let count = span.min(MOST_DAYS);
        let scale = Scale { first, last, day: (960 / count).clamp(3, 24) };
        let clocks = clock_rows(frame, case, &scale);
        let floor = HEAD + ROW * i64::try_from(clocks.len()).unwrap_or(0) + 10;
        let (dots, stacked) = dots(frame, (raw, effective), &on_page, &scale, floor);
        let as_of = case.view.as_of;
        Some(Self {
            width: scale.x(last) + scale.day + 2,
            height: floor + stacked * DOT + 14,
            floor,
            first,
            last,
            cut,
            off: days_off(frame, case, &scale),
            ticks: ticks(&scale),
            pauses: pauses(frame, &case.procedures(), as_of, &scale),
            clocks,
            dots,
            today: (first..=last).contains(&as_of).then(|| scale.x(as_of) + scale.day),
        })
    }
}

fn days_off(frame: &Frame, case: &CaseFile, scale: &Scale) -> Vec<Bar> {
    let Some(site) = case.matter.site() else { return Vec::new() };
    let calendar = case.context().jurisdiction(site).calendar;
    let off = scale.days().filter(|day| calendar.is_working_day(*day) == Ok(false));
    let off_day = frame.t("case.off");
    off.map(|day| scale.bar(day, day, format!("{day} {off_day}"), false)).collect()
}

/// Names of days where there is room: every Monday, or the first of every month.
fn ticks(scale: &Scale) -> Vec<Bar> {
    let by_week = scale.day >= 6;
    let named = |day: &NaiveDate| {
        if by_week { day.weekday() == chrono::Weekday::Mon } else { day.day() == 1 }
    };
    let format = if by_week { "%m-%d" } else { "%Y-%m" };
    let label = |day: NaiveDate| day.format(format).to_string();
    scale.days().filter(named).map(|day| scale.bar(day, day, label(day), false)).collect()
}

/// The days in (begin, end] of each procedure: the day it begins still counts.
fn pauses(frame: &Frame, procedures: &[Procedure], as_of: NaiveDate, scale: &Scale) -> Vec<Bar> {
    let bars = procedures.iter().filter_map(|found| {
        let from = found.began_on.succ_opt()?;
        let to = found.ended_on.unwrap_or(as_of);
        let stops = if found.in_writing { "" } else { frame.t("case.no_pause") };
        let name = frame.locale.word(&found.which.to_string());
        let label = format!("{name} {stops} ({} – {to}]", found.began_on);
        (from <= to).then(|| scale.bar(from, to, label, found.in_writing))
    });
    bars.collect()
}

fn clock_rows(frame: &Frame, case: &CaseFile, scale: &Scale) -> Vec<Row> {
    let as_of = case.view.as_of;
    let rows = case.view.clocks.iter().zip(0..).map(|(view, at)| {
        let clock = &view.clock;
        let open_until = clock.due_on.map_or(as_of, |due| due.max(as_of.min(scale.last)));
        let end = clock.ended_on.filter(|end| *end <= as_of).unwrap_or(open_until);
        let (word, due) = (|word: &str| frame.locale.word(word), frame.t("case.due_mark"));
        let due = clock.due_on.map_or_else(String::new, |day| format!(" {due} {day}"));
        let (name, standing) = (word(clock.kind.as_str()), word(view.standing.as_str()));
        let label = format!("{name} {standing}{due}");
        Row {
            y: HEAD + ROW * at,
            bar: scale.bar(clock.started_on, end, label, false),
            due: clock.due_on.map(|due| scale.x(due) + scale.day),
            standing: view.standing.as_str(),
        }
    });
    rows.collect()
}

/// The acts that stand, numbered as in the table, those of one day below each other; and how many
/// lie below each other at most.
fn dots(
    frame: &Frame,
    (raw, effective): (&[Line], &[Line]),
    on_page: &Range<usize>,
    scale: &Scale,
    floor: i64,
) -> (Vec<Dot>, i64) {
    let (mut dots, mut stacked, mut most) = (Vec::new(), 0, 0);
    let mut before = None;
    let numbers: HashMap<u64, usize> = raw.iter().map(|line| line.position).zip(1..).collect();
    for line in effective {
        let number = numbers.get(&line.position).copied().unwrap_or(0);
        if !on_page.contains(&number.saturating_sub(1)) {
            continue;
        }
        let day = line.civil.date();
        stacked = if before == Some(day) { stacked + 1 } else { 0 };
        before = Some(day);
        // Past ten on one day they lie on the last one.
        let row = stacked.min(9);
        most = most.max(row + 1);
        let time = line.civil.format("%Y-%m-%d %H:%M");
        dots.push(Dot {
            x: scale.x(day) + scale.day / 2,
            y: floor + DOT / 2 + DOT * row,
            number,
            label: format!("{number}. {} {time}", frame.locale.event(line.event)),
        });
    }
    (dots, most)
}
