//! 工作日歷: which days are working days, when a number of them has passed, and how many lie
//! between two days. Built from the notices known at a time; never a clock, never a time of day.
//!
//! Three conventions hold throughout (Civil Law art. 201 to 203): the start day is not counted;
//! of a pause `begin/end` the days in (begin, end] are left out; make-up days (調休上班日) count
//! and days off do not, whatever weekday they are.

mod notice;
mod pause;
mod table;

use chrono::{Datelike, NaiveDate};
use tongjian_events::calendar::WorkingDayRule;

pub use notice::{NoticeAct, NoticeView};
pub use pause::Pause;

use pause::left_out;
use table::Table;

/// 歷首: the first day that a calendar knows of, a Monday.
pub const FIRST_DAY: NaiveDate = day_or_least(1990, 1, 1);
/// 歷末: the last day that a calendar knows of.
pub const LAST_DAY: NaiveDate = day_or_least(2100, 12, 31);

const fn day_or_least(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

/// Why a calendar has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The day asked about lies outside the calendar.
    #[error("{day} is outside the calendar, which runs from {FIRST_DAY} to {LAST_DAY}")]
    OutsideCalendar {
        /// The day.
        day: NaiveDate,
    },
    /// The answer would lie outside the calendar.
    #[error(
        "{working_days} working days from {start} lead out of the calendar, \
         which runs from {FIRST_DAY} to {LAST_DAY}"
    )]
    LeadsOutside {
        /// The day from which was counted.
        start: NaiveDate,
        /// How many working days; below 0 backwards.
        working_days: i64,
    },
}

/// 到期日: the day on which a period of working days ends, at the close of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The day.
    pub on: NaiveDate,
    /// 暫定: some day of the period lies where no notice is known. The day moves when the missing
    /// notice is published, so it is shown with this mark and judged anew then.
    pub provisional: bool,
}

/// 工作日歷: the working days as one set of notices arranges them.
///
/// Every question is answered from tables of running counts, without a walk over the days, so a
/// calendar may be asked once per case and act. Building one costs well under a millisecond; one
/// is built per set of notices known.
///
/// Where no notice is known the working days are *provisional*: Monday to Friday less the
/// statutory days off with a fixed date (1 January; 1 May, from 2025 also 2 May; 1 to 3 October).
/// The festivals of the lunar calendar, Qingming and every make-up day are missing from them:
/// nothing here could know them. What depends on such days says so.
#[derive(Debug, Clone)]
pub struct Calendar {
    table: Table,
    horizon: Option<NaiveDate>,
}

impl Calendar {
    /// Builds the calendar of a rule from the notices known, in any order. Of two notices that
    /// name the same day the later published one holds; of two published on one day, the latter
    /// in the order given. [`WorkingDayRule::MondayToFriday`] knows no notices.
    #[must_use]
    pub fn build<'a>(
        rule: WorkingDayRule,
        notices: impl IntoIterator<Item = NoticeView<'a>>,
    ) -> Self {
        match rule {
            WorkingDayRule::MondayToFriday => {
                Self { table: Table::monday_to_friday(), horizon: Some(LAST_DAY) }
            }
            WorkingDayRule::StateCouncil => {
                let notices = NoticeView::in_order(notices);
                let (table, horizon) = Table::arranged(&notices);
                Self { table, horizon }
            }
        }
    }

    /// 已知邊界: the last day that the notices settle: 28 December of the last year that has its
    /// notice, because the next notice reaches back into the days after it (2005-12-31,
    /// 2007-12-29, 2018-12-29). `None` where no year has one.
    #[must_use]
    pub fn horizon(&self) -> Option<NaiveDate> {
        self.horizon
    }

    /// Whether a day is a working day.
    ///
    /// # Errors
    /// [`CalendarError::OutsideCalendar`].
    pub fn is_working_day(&self, day: NaiveDate) -> Result<bool, CalendarError> {
        let at = place(day)?;
        Ok(self.table.working_between(at, at.saturating_add(1)) == 1)
    }

    /// Whether the notices known settle a day; otherwise what is said of it is provisional.
    ///
    /// # Errors
    /// [`CalendarError::OutsideCalendar`].
    pub fn is_settled(&self, day: NaiveDate) -> Result<bool, CalendarError> {
        let at = place(day)?;
        Ok(self.table.unknown_between(at, at.saturating_add(1)) == 0)
    }

    /// Whether any day in (after, through] lies where no notice is known.
    ///
    /// # Errors
    /// [`CalendarError::OutsideCalendar`].
    pub fn is_provisional(
        &self,
        after: NaiveDate,
        through: NaiveDate,
    ) -> Result<bool, CalendarError> {
        let (from, to) = (following(after)?, following(through)?);
        Ok(self.table.unknown_between(from, to) > 0)
    }

    /// The first working day that is not before a day.
    ///
    /// # Errors
    /// [`CalendarError`], when the day or the answer lies outside the calendar.
    pub fn next_working_day_on_or_after(&self, day: NaiveDate) -> Result<NaiveDate, CalendarError> {
        self.due(day, 0).map(|due| due.on)
    }

    /// The n-th working day before a day: the day of a reminder (提示). For 0 it is the last
    /// working day that is not after it.
    ///
    /// # Errors
    /// [`CalendarError`], when the day or the answer lies outside the calendar.
    pub fn working_day_before(
        &self,
        day: NaiveDate,
        working_days: u32,
    ) -> Result<NaiveDate, CalendarError> {
        let end = if working_days == 0 { following(day)? } else { place(day)? };
        let earlier = i64::from(self.table.working_between(0, end));
        let ordinal = earlier - i64::from(working_days.max(1)) + 1;
        let outside =
            CalendarError::LeadsOutside { start: day, working_days: -i64::from(working_days) };
        u32::try_from(ordinal)
            .ok()
            .and_then(|ordinal| self.table.nth_from(0, ordinal))
            .and_then(table::day_at)
            .ok_or(outside)
    }

    /// The day on which a period of working days ends. A period of 0 ends on the start day, or
    /// where that is a day off on the next working day (直接辦理: the same day).
    ///
    /// # Errors
    /// [`CalendarError`], when the start or the due day lies outside the calendar.
    pub fn due(&self, start: NaiveDate, working_days: u32) -> Result<Due, CalendarError> {
        self.due_with_pauses(start, working_days, &[])
    }

    /// The same where the days in (begin, end] of each pause are left out. Pauses may overlap,
    /// be out of order or be empty, and may reach past the calendar.
    ///
    /// # Errors
    /// [`CalendarError`], when the start or the due day lies outside the calendar.
    pub fn due_with_pauses(
        &self,
        start: NaiveDate,
        working_days: u32,
        pauses: &[Pause],
    ) -> Result<Due, CalendarError> {
        // A period of 0 days is one of 1 day that begins with the start day itself.
        let from = if working_days == 0 { place(start)? } else { following(start)? };
        let outside = CalendarError::LeadsOutside { start, working_days: i64::from(working_days) };
        let at = self.nth_counted(from, working_days.max(1), pauses).ok_or(outside)?;
        let on = table::day_at(at).ok_or(outside)?;
        Ok(Due { on, provisional: self.table.unknown_between(from, at.saturating_add(1)) > 0 })
    }

    fn nth_counted(&self, from: usize, nth: u32, pauses: &[Pause]) -> Option<usize> {
        let mut nth = nth;
        let mut at = self.table.nth_from(from, nth)?;
        for (begin, end) in left_out(pauses, from, self.table.len()) {
            if at < begin {
                break;
            }
            nth = nth.checked_add(self.table.working_between(begin, end))?;
            at = self.table.nth_from(from, nth)?;
        }
        Some(at)
    }

    /// The working days in (start, end]; below 0 where the end is before the start.
    ///
    /// # Errors
    /// [`CalendarError::OutsideCalendar`].
    pub fn elapsed(&self, start: NaiveDate, end: NaiveDate) -> Result<i64, CalendarError> {
        self.elapsed_with_pauses(start, end, &[])
    }

    /// The same without the days of the pauses.
    ///
    /// # Errors
    /// [`CalendarError::OutsideCalendar`].
    pub fn elapsed_with_pauses(
        &self,
        start: NaiveDate,
        end: NaiveDate,
        pauses: &[Pause],
    ) -> Result<i64, CalendarError> {
        let (from, to) = (following(start)?, following(end)?);
        let (low, high) = (from.min(to), from.max(to));
        let out: u32 = left_out(pauses, low, high)
            .into_iter()
            .map(|(begin, end)| self.table.working_between(begin, end))
            .sum();
        let counted = i64::from(self.table.working_between(low, high)) - i64::from(out);
        Ok(if to < from { -counted } else { counted })
    }

    /// 超時工作日數: by how many working days an act is late; 0 on the due day and before it.
    ///
    /// # Errors
    /// [`CalendarError::OutsideCalendar`].
    pub fn overdue(&self, due_on: NaiveDate, done_on: NaiveDate) -> Result<u32, CalendarError> {
        let (from, to) = (following(due_on)?, following(done_on)?);
        Ok(self.table.working_between(from, to))
    }
}

/// The place of a day in the tables.
fn place(day: NaiveDate) -> Result<usize, CalendarError> {
    table::place(day).ok_or(CalendarError::OutsideCalendar { day })
}

/// The place after that of a day: where the days after it begin.
fn following(day: NaiveDate) -> Result<usize, CalendarError> {
    place(day).map(|at| at.saturating_add(1))
}

/// Whether a year lies within the calendar.
#[must_use]
pub fn has_year(year: i32) -> bool {
    (FIRST_DAY.year()..=LAST_DAY.year()).contains(&year)
}
