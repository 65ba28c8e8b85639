//! Pauses of a period: which places of the calendar they leave out.

use chrono::NaiveDate;

use super::{FIRST_DAY, LAST_DAY, table};

/// 扣除期間: a time that does not count, such as a hearing or an expert review (Administrative
/// Licensing Law, art. 45). The days in (begin, end] are left out; it is empty where the end is
/// not after the begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// The day on which it begins; this day still counts.
    pub begin: NaiveDate,
    /// Its last day, which does not count.
    pub end: NaiveDate,
}

/// The places in `from..to` that the pauses leave out, as half-open ranges in order that neither
/// overlap nor are empty.
pub(super) fn left_out(pauses: &[Pause], from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = pauses
        .iter()
        .map(|pause| (after(pause.begin).max(from), after(pause.end).min(to)))
        .filter(|(begin, end)| begin < end)
        .collect();
    ranges.sort_unstable();
    let mut reached = from;
    ranges.retain_mut(|(begin, end)| {
        *begin = reached.max(*begin);
        reached = reached.max(*end);
        begin < end
    });
    ranges
}

/// The place after that of a day; days outside the calendar count as its ends.
fn after(day: NaiveDate) -> usize {
    if day < FIRST_DAY {
        0
    } else {
        table::place(day.min(LAST_DAY)).map_or(0, |at| at.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn pause(begin: i64, end: i64) -> Pause {
        let day = |n| FIRST_DAY + chrono::TimeDelta::days(n);
        Pause { begin: day(begin), end: day(end) }
    }

    #[test]
    fn pauses_that_overlap_or_stand_out_of_order_leave_each_day_out_once() {
        let pauses = [pause(20, 30), pause(5, 10), pause(8, 12), pause(6, 7), pause(9, 9)];
        assert_eq!(left_out(&pauses, 0, 100), [(6, 11), (11, 13), (21, 31)]);
    }

    #[test]
    fn a_pause_is_cut_at_the_ends_of_the_period_and_of_the_calendar() {
        let endless = Pause { begin: NaiveDate::MIN, end: NaiveDate::MAX };
        assert_eq!(left_out(&[endless], 3, 9), [(3, 9)]);
        assert_eq!(left_out(&[pause(1, 2), pause(20, 30)], 3, 9), []);
    }

    #[test]
    fn a_pause_that_ends_before_it_begins_leaves_nothing_out() {
        assert_eq!(left_out(&[pause(7, 5), pause(7, 7)], 0, 100), []);
    }
}
