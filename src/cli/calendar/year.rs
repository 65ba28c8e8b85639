//! A year as the notices arrange it, month by month.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::{Context, bail};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use tongjian_events::Event;
use tongjian_events::calendar::{DayKind, WorkingDayRule};
use tongjian_projections::calendar::{
    Calendar, CalendarError, FIRST_DAY, LAST_DAY, NoticeView, has_year,
};

use super::{YearQuestion, write_json};

/// A notice as it is cited.
#[derive(Debug, Clone, Copy, Serialize)]
struct Citation<'a> {
    number: Option<&'a str>,
    published_on: NaiveDate,
    title: &'a str,
    address: Option<&'a str>,
}

/// What the notices say of a day.
#[derive(Debug, Clone, Copy)]
struct Named<'a> {
    kind: DayKind,
    festival: Option<&'a str>,
    number: Option<&'a str>,
}

/// One day of the year.
#[derive(Debug, Serialize)]
struct DayOfYear<'a> {
    on: NaiveDate,
    working: bool,
    provisional: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    named: Option<DayKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    festival: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Year<'a> {
    year: i32,
    working_days: usize,
    provisional: bool,
    notices: Vec<Citation<'a>>,
    days: Vec<DayOfYear<'a>>,
}

/// Answers `calendar year` from the notices known.
pub(super) fn answer(
    question: &YearQuestion,
    known: &[&Event],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let year = question.year;
    if !has_year(year) {
        bail!("the year {year} is outside the calendar: {FIRST_DAY} to {LAST_DAY}");
    }
    let year = arrange(year, known)?;
    if question.json {
        return write_json(&year, out);
    }
    write_year(&year, out).context("writing the year")
}

fn arrange<'a>(year: i32, known: &[&'a Event]) -> Result<Year<'a>, CalendarError> {
    let views = known.iter().filter_map(|event| NoticeView::of(event));
    let calendar = Calendar::build(WorkingDayRule::StateCouncil, views);
    let mut notices = Vec::new();
    let mut named: BTreeMap<NaiveDate, Named<'a>> = BTreeMap::new();
    // The shipped notices stand in order of publication, so the last one to name a day holds.
    for (view, citation) in known.iter().filter_map(|event| cited(event)) {
        let number = citation.number;
        let mut days = view.days.iter().filter(|day| day.on.year() == year).peekable();
        if days.peek().is_some() || i32::from(view.year) == year {
            notices.push(citation);
        }
        named.extend(days.map(|day| {
            let festival = day.festival.as_ref().map(|name| name.as_str());
            (day.on, Named { kind: day.kind, festival, number })
        }));
    }
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(FIRST_DAY);
    let days: Vec<DayOfYear<'a>> = first
        .iter_days()
        .take_while(|day| day.year() == year)
        .map(|on| day_of_year(on, &calendar, named.get(&on)))
        .collect::<Result<_, _>>()?;
    let working_days = days.iter().filter(|day| day.working).count();
    let provisional = days.iter().any(|day| day.provisional);
    Ok(Year { year, working_days, provisional, notices, days })
}

fn day_of_year<'a>(
    on: NaiveDate,
    calendar: &Calendar,
    named: Option<&Named<'a>>,
) -> Result<DayOfYear<'a>, CalendarError> {
    let known = calendar.is_settled(on)?;
    Ok(DayOfYear {
        on,
        working: calendar.is_working_day(on)?,
        provisional: !known,
        named: named.map(|named| named.kind),
        festival: named.and_then(|named| named.festival),
        notice: named.and_then(|named| named.number),
    })
}

fn cited(event: &Event) -> Option<(NoticeView<'_>, Citation<'_>)> {
    let view = NoticeView::of(event)?;
    let (number, title, address) = match event {
        Event::HolidayNoticePublished(notice) => (&notice.number, &notice.title, &notice.address),
        Event::HolidayNoticeAmended(notice) => (&notice.number, &notice.title, &notice.address),
        _ => return None,
    };
    let citation = Citation {
        number: number.as_ref().map(|number| number.as_str()),
        published_on: view.published_on,
        title: title.as_str(),
        address: address.as_ref().map(|address| address.as_str()),
    };
    Some((view, citation))
}

fn write_year(year: &Year<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mark = if year.provisional { ", some of them provisional" } else { "" };
    writeln!(out, "{}: {} working days{mark}", year.year, year.working_days)?;
    for notice in &year.notices {
        let number = notice.number.unwrap_or("without number");
        writeln!(out, "{number}, published {}: {}", notice.published_on, notice.title)?;
    }
    writeln!(out, "* day off by notice   + make-up working day   ? no notice yet, provisional")?;
    for month in year.days.chunk_by(|a, b| a.on.month() == b.on.month()) {
        write_month(month, out)?;
    }
    Ok(())
}

fn write_month(month: &[DayOfYear<'_>], out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = month.first() else { return Ok(()) };
    let working = month.iter().filter(|day| day.working).count();
    writeln!(out, "\n{}, {working} working days", first.on.format("%B %Y"))?;
    writeln!(out, " Mo  Tu  We  Th  Fr  Sa  Su")?;
    let mut line = "    ".repeat(first.on.weekday().num_days_from_monday() as usize);
    for day in month {
        line.push_str(&format!("{:>4}", format!("{}{}", day.on.day(), mark(day))));
        if day.on.weekday() == chrono::Weekday::Sun {
            writeln!(out, "{}", line.trim_end())?;
            line.clear();
        }
    }
    if !line.is_empty() {
        writeln!(out, "{}", line.trim_end())?;
    }
    write_festivals(month, out)
}

fn mark(day: &DayOfYear<'_>) -> char {
    match (day.named, day.provisional) {
        (Some(DayKind::Off), _) => '*',
        (Some(DayKind::Work), _) => '+',
        (None, true) => '?',
        (None, false) => ' ',
    }
}

/// The named days of a month, run by run, with the notice that holds.
fn write_festivals(month: &[DayOfYear<'_>], out: &mut dyn Write) -> io::Result<()> {
    let same = |a: &DayOfYear<'_>, b: &DayOfYear<'_>| {
        (a.named, a.festival, a.notice) == (b.named, b.festival, b.notice)
    };
    for run in month.chunk_by(same) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let Some(kind) = first.named else { continue };
        let what = match kind {
            DayKind::Off => "off",
            DayKind::Work => "work",
        };
        let span = if first.on == last.on {
            first.on.day().to_string()
        } else {
            format!("{}-{}", first.on.day(), last.on.day())
        };
        let festival = first.festival.unwrap_or_default();
        let notice = first.notice.unwrap_or("without number");
        writeln!(out, "  {span} {what} {festival} ({notice})")?;
    }
    Ok(())
}
