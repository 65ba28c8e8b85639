//! 在崗: whether somebody sat at each window in its hours. A permanent window is open with its site,
//! a periodic one in its published timetable only, a mobile one while it was opened, an agency one
//! wherever its agent sits. B covers for A.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate, NaiveTime, Timelike as _};
use tongjian_events::inspection::Flag;
use tongjian_events::values::StaffId;
use tongjian_events::window::{OpeningSlot, Weekday, WindowKind};
use tongjian_events::{Event, SiteCode};

use super::super::docket::Month;
use super::super::fact::{Fact, Stated};
use super::super::flag_facts::WindowAtSite;
use super::days::person;
use super::{Evidence, Look, acts};
use crate::calendar::Calendar;
use crate::context::day_after;
use crate::matter::MatterAct;

/// Minutes of a day, from and until, the latter excluded.
type Minutes = (u32, u32);
const END_OF_DAY: u32 = 24 * 60;
/// An act of a day: its minute, its stream, the act.
type DayAct<'s> = (u32, &'s str, &'s MatterAct);

/// 開放時間: when a site is open.
pub(super) struct Hours<'h> {
    /// From, until, the act, the slots.
    calendars: Vec<(NaiveDate, Option<NaiveDate>, u64, &'h [OpeningSlot])>,
    calendar: &'h Calendar,
}

impl<'h> Hours<'h> {
    pub(super) fn of(site: &SiteCode, look: &'h Look<'h>) -> Self {
        let mut calendars: Vec<_> = acts(look.facts)
            .filter_map(|(_, act)| match &act.event {
                Event::OpeningCalendarSet(body) => {
                    Some((body.effective_on, body.until_on, act.position, body.slots.as_slice()))
                }
                _ => None,
            })
            .collect();
        calendars.sort_by_key(|(from, _, position, _)| (*from, *position));
        Self { calendars, calendar: look.place(site).calendar }
    }

    /// The calendar of a day that names it as one of opening; its act.
    pub(super) fn opens_on(&self, day: NaiveDate) -> Option<u64> {
        let (position, spans) = self.on(day)?;
        (!spans.is_empty()).then_some(position)
    }

    fn on(&self, day: NaiveDate) -> Option<(u64, Vec<Minutes>)> {
        let holds = |until: &Option<NaiveDate>| until.is_none_or(|until| day <= until);
        let (_, _, position, slots) =
            self.calendars.iter().rfind(|(from, until, ..)| *from <= day && holds(until))?;
        Some((*position, spans(slots, day, self.calendar)))
    }
}

/// The spans that slots name for a day. Nobody must be there on a day off: a weekday without work,
/// or a Saturday or Sunday beside one, whatever the slots say.
fn spans(slots: &[OpeningSlot], day: NaiveDate, calendar: &Calendar) -> Vec<Minutes> {
    let works = |day: Option<NaiveDate>| {
        day.is_some_and(|day| calendar.is_working_day(day).unwrap_or(false))
    };
    // The working days on both sides of a weekend, of which a day off beside it takes one.
    let beside = match day.weekday() {
        chrono::Weekday::Sat => works(day.pred_opt()) && works(day.checked_add_days(TWO_DAYS)),
        chrono::Weekday::Sun => works(day.succ_opt()) && works(day.checked_sub_days(TWO_DAYS)),
        _ => false,
    };
    let holiday = !(works(Some(day)) || beside);
    let named = |slot: &&OpeningSlot| {
        let of_week = slot.weekdays.iter().any(|weekday| weekday_of(*weekday) == day.weekday());
        of_week || slot.days_of_month.iter().any(|of| u32::from(of.get()) == day.day())
    };
    if holiday {
        return Vec::new();
    }
    let spans =
        slots.iter().filter(named).map(|slot| (slot.opens.minutes(), slot.closes.minutes()));
    spans.filter(|(from, until)| from < until).collect()
}

const TWO_DAYS: chrono::Days = chrono::Days::new(2);

const fn weekday_of(weekday: Weekday) -> chrono::Weekday {
    match weekday {
        Weekday::Monday => chrono::Weekday::Mon,
        Weekday::Tuesday => chrono::Weekday::Tue,
        Weekday::Wednesday => chrono::Weekday::Wed,
        Weekday::Thursday => chrono::Weekday::Thu,
        Weekday::Friday => chrono::Weekday::Fri,
        Weekday::Saturday => chrono::Weekday::Sat,
        Weekday::Sunday => chrono::Weekday::Sun,
    }
}

/// A window on a day, before the judge.
struct Sitting<'s> {
    window: &'s WindowAtSite,
    kind: WindowKind,
    time_zone: chrono_tz::Tz,
    /// Who holds the post there, with who covers.
    holders: Vec<StaffId>,
    /// The acts of the day, in order.
    acts: &'s [DayAct<'s>],
}

pub(super) fn evidence(site: &SiteCode, month: Month, look: &Look<'_>) -> Vec<Evidence> {
    let hours = Hours::of(site, look);
    let windows = look.facts.iter().filter_map(|stated| match &stated.fact {
        Fact::Window(window) => Some(&**window),
        _ => None,
    });
    let (all, by_day) = (in_time(look), by_day(site, look));
    let mut found = Vec::new();
    for window in windows {
        let days = month.first().iter_days().take_while(|day| *day < month.after());
        let stands = |day: &NaiveDate| {
            window.from_on <= *day && window.until_on.is_none_or(|until| *day < until)
        };
        for day in days.filter(stands) {
            let today = by_day.get(&day).map_or(&[][..], Vec::as_slice);
            found.extend(empty_on((site, look), &hours, window, day, (&all, today)));
        }
    }
    found
}

fn empty_on(
    (site, look): (&SiteCode, &Look<'_>),
    hours: &Hours<'_>,
    window: &WindowAtSite,
    day: NaiveDate,
    (all, today): (&[(&Stated, &MatterAct)], &[DayAct<'_>]),
) -> Option<Evidence> {
    let (_, kind) = window.kinds.iter().rfind(|(from, _)| *from <= day)?;
    let sitting = Sitting {
        window,
        kind: *kind,
        time_zone: look.place(site).time_zone,
        holders: holders(all, window, day),
        acts: today,
    };
    let (shown, expected) = match kind {
        WindowKind::Permanent | WindowKind::Agency => hours.on(day)?,
        WindowKind::Periodic => {
            let (_, position, slots) = window.timetables.iter().rfind(|(from, ..)| *from <= day)?;
            (*position, spans(slots, day, hours.calendar))
        }
        WindowKind::Mobile => (window.registered, sitting.opened()),
    };
    let present = sitting.present();
    let (from, until) = expected
        .iter()
        .flat_map(|span| gaps(*span, &present))
        .find(|(from, until)| until - from > look.rules.window_empty_minutes.get())?;
    let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    Some(Evidence {
        site: site.clone(),
        flag: Flag::Personnel,
        rule: "window_unattended",
        subject: Some(window.window.to_string()),
        arises_on: day_after(day),
        until_on: None,
        positions: vec![window.registered, shown],
        detail: format!(
            "nobody sat at window {} on {day} from {} to {}",
            window.window,
            clock(from),
            clock(until)
        ),
    })
}

/// Who was assigned to a window by a day, and who covers there.
fn holders(all: &[(&Stated, &MatterAct)], window: &WindowAtSite, day: NaiveDate) -> Vec<StaffId> {
    let mut holders: Vec<StaffId> = Vec::new();
    for (stated, act) in all.iter().filter(|(stated, _)| stated.on <= day) {
        let (at, cover) = match &act.event {
            Event::StaffAssigned(body) => (body.window.as_ref(), None),
            Event::StaffSeconded(body) => (body.window.as_ref(), None),
            Event::PostPaired(body) => (body.window.as_ref(), Some(&body.cover)),
            Event::StaffRecalled(_) => {
                let gone = person(&stated.stream);
                holders.retain(|holder| Some(holder) != gone.as_ref());
                continue;
            }
            _ => continue,
        };
        if at == Some(&window.window) {
            holders.extend(person(&stated.stream));
            holders.extend(cover.cloned());
        }
    }
    holders
}

/// The acts that are known, in the order they happened.
fn in_time<'l>(look: &'l Look<'_>) -> Vec<(&'l Stated, &'l MatterAct)> {
    let mut all: Vec<_> = acts(look.facts).collect();
    all.sort_by_key(|(_, act)| (act.occurred_at, act.position));
    all
}

/// The acts of each day at a site.
fn by_day<'l>(site: &SiteCode, look: &'l Look<'_>) -> BTreeMap<NaiveDate, Vec<DayAct<'l>>> {
    let place = look.place(site);
    let mut days: BTreeMap<NaiveDate, Vec<DayAct<'l>>> = BTreeMap::new();
    for (stated, act) in in_time(look) {
        let minute = minute_of(place.civil(&act.occurred_at).time());
        let stream = stated.stream.split('\t').next().unwrap_or_default();
        days.entry(stated.on).or_default().push((minute, stream, act));
    }
    days
}

fn minute_of(time: NaiveTime) -> u32 {
    time.hour() * 60 + time.minute()
}

impl Sitting<'_> {
    /// 機動窗口: from each opening to the closing after it; without one nothing is expected.
    fn opened(&self) -> Vec<Minutes> {
        let own = self.acts.iter().filter(|(_, stream, _)| *stream == self.window.stream);
        let mut spans = Vec::new();
        let mut from = None;
        for (minute, _, act) in own {
            match &act.event {
                Event::WindowOpened(_) => from = from.or(Some(*minute)),
                Event::WindowClosed(_) => spans.extend(from.take().map(|from| (from, *minute))),
                _ => {}
            }
        }
        spans
    }

    /// When somebody was there. Who did not check out stayed to the end of the day; what an
    /// observer found empty was empty.
    fn present(&self) -> Vec<Minutes> {
        let mut spans = Vec::new();
        for (at, (minute, stream, act)) in self.acts.iter().enumerate() {
            let later = self.acts.get(at + 1..).unwrap_or_default();
            let left = |person: &StaffId| {
                later.iter().find(|(_, stream, act)| {
                    *stream == format!("staff/{person}")
                        && matches!(act.event, Event::StaffCheckedOut(_))
                })
            };
            match &act.event {
                Event::StaffCheckedIn(body) => {
                    let Some(who) = person(stream) else { continue };
                    let here = match &body.window {
                        Some(window) => *window == self.window.window,
                        None => false,
                    };
                    let covers = body.covers.as_ref().is_some_and(|a| self.holders.contains(a));
                    let holds = self.holders.contains(&who)
                        && (body.window.is_none() || self.kind == WindowKind::Agency);
                    if here || holds || (covers && body.window.is_none()) {
                        let until = left(&who).map_or(END_OF_DAY, |(minute, ..)| *minute);
                        spans.push((*minute, until));
                    }
                }
                Event::WindowOpened(body) if *stream == self.window.stream => {
                    let closed = later.iter().find(|(_, stream, act)| {
                        *stream == self.window.stream && matches!(act.event, Event::WindowClosed(_))
                    });
                    let left = body.staff.as_ref().and_then(left);
                    let until = closed.into_iter().chain(left).map(|(minute, ..)| *minute).min();
                    spans.push((*minute, until.unwrap_or(END_OF_DAY)));
                }
                _ => {}
            }
        }
        self.without_observed(spans)
    }

    fn without_observed(&self, mut spans: Vec<Minutes>) -> Vec<Minutes> {
        for (_, _, act) in self.acts {
            let Event::EmptyPostObserved(body) = &act.event else { continue };
            let Some(until) = body.until_at else { continue };
            if body.window.as_ref() != Some(&self.window.window) {
                continue;
            }
            let minutes = |at: chrono::DateTime<chrono::FixedOffset>| {
                minute_of(at.with_timezone(&self.time_zone).time())
            };
            let empty = (minutes(body.from_at.0), minutes(until.0));
            spans = spans.into_iter().flat_map(|span| gaps(span, &[empty])).collect();
        }
        spans
    }
}

/// The parts of a span that no other covers.
fn gaps((from, until): Minutes, covered: &[Minutes]) -> Vec<Minutes> {
    let mut covered = covered.to_vec();
    covered.sort_unstable();
    let mut gaps = Vec::new();
    let mut at = from;
    for (begin, end) in covered {
        if begin > at {
            gaps.push((at, begin.min(until)));
        }
        at = at.max(end);
        if at >= until {
            break;
        }
    }
    if at < until {
        gaps.push((at, until));
    }
    gaps.retain(|(from, until)| from < until);
    gaps
}
