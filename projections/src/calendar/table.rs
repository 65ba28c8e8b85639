//! The running counts that answer a calendar's questions. A place is the number of days since
//! [`FIRST_DAY`]; a range of places is half open.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate};
use tongjian_events::calendar::DayKind;

use super::{FIRST_DAY, LAST_DAY, NoticeAct, NoticeView};

/// The last day of a year that the notice of the following year does not reach.
const LAST_SETTLED: (u32, u32) = (12, 28);
/// The first year in which 2 May is a statutory day off (revision of 10 November 2024).
const SECOND_OF_MAY_FROM: i32 = 2025;

/// One day while a table is built.
#[derive(Debug, Clone, Copy)]
struct Day {
    works: bool,
    known: bool,
}

/// Running counts, one entry more than there are days. All counts are below 2^16: the calendar
/// has 40,542 days.
#[derive(Debug, Clone)]
pub(super) struct Table {
    working_before: Box<[u16]>,
    unknown_before: Box<[u16]>,
    /// The places of the working days, in order.
    working_places: Box<[u16]>,
}

impl Table {
    /// Monday to Friday; every day is known.
    pub(super) fn monday_to_friday() -> Self {
        let mut days = weekdays();
        days.iter_mut().for_each(|day| day.known = true);
        Self::count(&days)
    }

    /// The working days that notices arrange, in order of publication, and the horizon.
    pub(super) fn arranged(notices: &[NoticeView<'_>]) -> (Self, Option<NaiveDate>) {
        let covered: BTreeSet<i32> = notices
            .iter()
            .filter(|notice| notice.act == NoticeAct::Published)
            .map(|notice| i32::from(notice.year))
            .collect();
        let mut days = weekdays();
        for year in FIRST_DAY.year()..=LAST_DAY.year() {
            if covered.contains(&year) {
                let last = if covered.contains(&(year + 1)) { (12, 31) } else { LAST_SETTLED };
                settle(&mut days, year, last);
            } else {
                take_statutory_days_off(&mut days, year);
            }
        }
        for named in notices.iter().flat_map(|notice| notice.days) {
            if let Some(day) = place(named.on).and_then(|at| days.get_mut(at)) {
                day.works = named.kind == DayKind::Work;
            }
        }
        let (month, day) = LAST_SETTLED;
        let horizon = covered.last().and_then(|year| NaiveDate::from_ymd_opt(*year, month, day));
        (Self::count(&days), horizon)
    }

    fn count(days: &[Day]) -> Self {
        let mut working_before = Vec::with_capacity(days.len() + 1);
        let mut unknown_before = Vec::with_capacity(days.len() + 1);
        let mut working_places = Vec::with_capacity(days.len());
        let (mut working, mut unknown) = (0_u16, 0_u16);
        working_before.push(working);
        unknown_before.push(unknown);
        for (at, day) in (0_u16..).zip(days) {
            if day.works {
                working_places.push(at);
            }
            working += u16::from(day.works);
            unknown += u16::from(!day.known);
            working_before.push(working);
            unknown_before.push(unknown);
        }
        Self {
            working_before: working_before.into(),
            unknown_before: unknown_before.into(),
            working_places: working_places.into(),
        }
    }

    /// How many days there are.
    pub(super) fn len(&self) -> usize {
        self.working_before.len().saturating_sub(1)
    }

    /// The working days in `from..to`; 0 where the range is empty.
    pub(super) fn working_between(&self, from: usize, to: usize) -> u32 {
        between(&self.working_before, from, to)
    }

    /// The days in `from..to` where no notice is known.
    pub(super) fn unknown_between(&self, from: usize, to: usize) -> u32 {
        between(&self.unknown_before, from, to)
    }

    /// The place of the n-th working day from a place on, counted from 1.
    pub(super) fn nth_from(&self, from: usize, nth: u32) -> Option<usize> {
        let earlier = usize::from(*self.working_before.get(from)?);
        let ordinal = earlier.checked_add(usize::try_from(nth).ok()?)?.checked_sub(1)?;
        self.working_places.get(ordinal).map(|at| usize::from(*at))
    }
}

fn between(before: &[u16], from: usize, to: usize) -> u32 {
    let at = |place: usize| before.get(place).or(before.last()).copied().unwrap_or_default();
    u32::from(at(to).saturating_sub(at(from)))
}

/// The place of a day; `None` outside the calendar.
pub(super) fn place(day: NaiveDate) -> Option<usize> {
    if day > LAST_DAY {
        return None;
    }
    usize::try_from(day.signed_duration_since(FIRST_DAY).num_days()).ok()
}

/// The day at a place.
pub(super) fn day_at(place: usize) -> Option<NaiveDate> {
    FIRST_DAY.checked_add_days(Days::new(u64::try_from(place).ok()?)).filter(|d| *d <= LAST_DAY)
}

/// All days as their weekday has them, none known.
fn weekdays() -> Vec<Day> {
    let days = place(LAST_DAY).map_or(0, |last| last + 1);
    // The first day is a Monday.
    let week = [true, true, true, true, true, false, false];
    week.into_iter().cycle().take(days).map(|works| Day { works, known: false }).collect()
}

fn settle(days: &mut [Day], year: i32, (month, day): (u32, u32)) {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).and_then(place);
    let last = NaiveDate::from_ymd_opt(year, month, day).and_then(place);
    if let (Some(first), Some(last)) = (first, last) {
        let settled = days.iter_mut().take(last + 1).skip(first);
        settled.for_each(|day| day.known = true);
    }
}

/// The statutory days off whose date is fixed (全國年節及紀念日放假辦法). The text of 2024 is
/// taken for all years before it too, save for 2 May: such a year is provisional anyway.
fn take_statutory_days_off(days: &mut [Day], year: i32) {
    let may = if year >= SECOND_OF_MAY_FROM { 1..=2 } else { 1..=1 };
    let fixed: [(u32, RangeInclusive<u32>); 3] = [(1, 1..=1), (5, may), (10, 1..=3)];
    for (month, range) in fixed {
        for day in range {
            let at = NaiveDate::from_ymd_opt(year, month, day).and_then(place);
            if let Some(day) = at.and_then(|at| days.get_mut(at)) {
                day.works = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_begins_on_a_monday_and_its_places_lead_back_to_their_days() {
        assert_eq!(FIRST_DAY.weekday(), chrono::Weekday::Mon);
        assert_eq!((place(FIRST_DAY), place(LAST_DAY)), (Some(0), Some(40_541)));
        assert_eq!(day_at(40_541), Some(LAST_DAY));
        assert_eq!((day_at(40_542), day_at(usize::MAX)), (None, None));
        assert_eq!((place(NaiveDate::MIN), place(NaiveDate::MAX)), (None, None));
    }

    #[test]
    fn a_range_outside_the_calendar_holds_no_days() {
        let table = Table::monday_to_friday();
        assert_eq!(table.working_between(0, 7), 5);
        assert_eq!(table.working_between(7, 0), 0);
        assert_eq!(table.working_between(usize::MAX, usize::MAX), 0);
        assert_eq!(table.nth_from(0, u32::MAX), None);
        assert_eq!(table.nth_from(usize::MAX, 1), None);
        assert_eq!(table.nth_from(0, 0), None);
    }
}
