//! 開放時間: when a site is open, as it published that, or else as the policy says.

use chrono::{Datelike as _, NaiveDate, Timelike as _};
use tongjian_events::Event;
use tongjian_events::site::OpeningCalendarSet;
use tongjian_events::window::{OpeningSlot, Weekday};

use super::{Fact, Scene};
use crate::context::Jurisdiction;
use crate::supervision::evidence::civil;
use crate::supervision::traces::Micros;

/// When a site is open.
pub(super) struct Hours<'h> {
    place: Jurisdiction<'h>,
    published: Vec<(NaiveDate, &'h OpeningCalendarSet)>,
    /// Minutes of the day, where nothing was published.
    default: Option<(u32, u32)>,
    /// The close of business of the clock rules.
    close: Option<u32>,
}

impl<'h> Hours<'h> {
    /// The hours of the site of a scene.
    pub(super) fn of(scene: &'h Scene<'_>) -> Self {
        let published = scene.facts.iter().filter_map(|stated| match &stated.fact {
            Fact::Act(act) => match &act.event {
                Event::OpeningCalendarSet(body) => Some((body.effective_on, &**body)),
                _ => None,
            },
            _ => None,
        });
        let mut published: Vec<_> = published.collect();
        // Stable: of two with one first day, the later one holds.
        published.sort_by_key(|(from, _)| *from);
        let default = scene.rules.out_of_hours;
        let rules = scene.context.rules_on(scene.month.first());
        Self {
            place: scene.place,
            published,
            default: default.map(|hours| (hours.opens.minutes(), hours.closes.minutes())),
            close: rules.map(|rules| rules.close_of_business.minutes()),
        }
    }

    /// The published calendar that holds on a day.
    fn published(&self, on: NaiveDate) -> Option<&'h OpeningCalendarSet> {
        let holds = |(from, body): &&(NaiveDate, &OpeningCalendarSet)| {
            *from <= on && body.until_on.is_none_or(|until| on <= until)
        };
        self.published.iter().rev().find(holds).map(|(_, body)| *body)
    }

    /// The spans of a published calendar on a day. A day off that the calendar names only by the
    /// weekday of a workday is closed; a Saturday or Sunday that was made a working day has the
    /// hours of the other days, if it has none of its own.
    fn slots(&self, body: &'h OpeningCalendarSet, on: NaiveDate) -> Vec<&'h OpeningSlot> {
        let weekday = weekday(on);
        let weekend = matches!(weekday, Weekday::Saturday | Weekday::Sunday);
        let works = self.place.calendar.is_working_day(on).unwrap_or(!weekend);
        let by_date = |slot: &&OpeningSlot| {
            slot.days_of_month.iter().any(|day| u32::from(day.get()) == on.day())
        };
        let by_weekday = |slot: &&OpeningSlot| slot.weekdays.contains(&weekday);
        let named = |slot: &&OpeningSlot| by_date(slot) || by_weekday(slot);
        let own: Vec<_> = match works || weekend {
            true => body.slots.iter().filter(named).collect(),
            false => body.slots.iter().filter(by_date).collect(),
        };
        match own.is_empty() && works && weekend {
            true => body.slots.iter().filter(|slot| !slot.weekdays.is_empty()).collect(),
            false => own,
        }
    }

    /// The minute at which the site closes on a day.
    pub(super) fn close_on(&self, on: NaiveDate) -> Option<u32> {
        match self.published(on) {
            Some(body) => self.slots(body, on).iter().map(|slot| slot.closes.minutes()).max(),
            None => self.close,
        }
    }

    /// Whether the site is closed at an instant; `None` where nothing says when it is open.
    pub(super) fn is_closed(&self, at: Micros) -> Option<bool> {
        let civil = civil(&self.place, at)?;
        let (on, minute) = (civil.date(), civil.hour() * 60 + civil.minute());
        if let Some(body) = self.published(on) {
            let open = |slot: &&OpeningSlot| {
                (slot.opens.minutes()..=slot.closes.minutes()).contains(&minute)
            };
            return Some(!self.slots(body, on).iter().any(open));
        }
        let (opens, closes) = self.default?;
        let works = self.place.calendar.is_working_day(on).ok()?;
        Some(!works || !(opens..=closes).contains(&minute))
    }
}

fn weekday(on: NaiveDate) -> Weekday {
    match on.weekday() {
        chrono::Weekday::Mon => Weekday::Monday,
        chrono::Weekday::Tue => Weekday::Tuesday,
        chrono::Weekday::Wed => Weekday::Wednesday,
        chrono::Weekday::Thu => Weekday::Thursday,
        chrono::Weekday::Fri => Weekday::Friday,
        chrono::Weekday::Sat => Weekday::Saturday,
        chrono::Weekday::Sun => Weekday::Sunday,
    }
}
