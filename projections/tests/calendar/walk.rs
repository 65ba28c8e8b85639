//! The tables answer what a walk from day to day answers.

use chrono::{Days, NaiveDate};
use proptest::collection::vec;
use proptest::prelude::*;
use tongjian_projections::calendar::{Calendar, Pause};

use super::{PLAIN, STATE_COUNCIL, day};

fn counts(calendar: &Calendar, date: NaiveDate, pauses: &[Pause]) -> bool {
    let paused = pauses.iter().any(|pause| pause.begin < date && date <= pause.end);
    calendar.is_working_day(date).unwrap() && !paused
}

fn walk_to_due(calendar: &Calendar, start: NaiveDate, n: u32, pauses: &[Pause]) -> NaiveDate {
    let mut date = start;
    if n == 0 {
        while !counts(calendar, date, pauses) {
            date = date.succ_opt().unwrap();
        }
        return date;
    }
    let mut left = n;
    while left > 0 {
        date = date.succ_opt().unwrap();
        left -= u32::from(counts(calendar, date, pauses));
    }
    date
}

fn walk_between(calendar: &Calendar, start: NaiveDate, end: NaiveDate, pauses: &[Pause]) -> i64 {
    if end < start {
        return -walk_between(calendar, end, start, pauses);
    }
    let days = start.iter_days().skip(1).take_while(|date| *date <= end);
    days.map(|date| i64::from(counts(calendar, date, pauses))).sum()
}

/// A day from 2000 to 2032, so that both edges of what the notices cover are met.
fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..12_000).prop_map(|n| day("2000-01-01") + Days::new(n))
}

/// Pauses near a start, in any order: some empty, some backwards, some before the start.
fn pauses_near(start: NaiveDate) -> impl Strategy<Value = Vec<Pause>> {
    let pause = (0_u64..200, 0_u64..60).prop_map(move |(begin, length)| {
        let begin = start - Days::new(40) + Days::new(begin);
        Pause { begin, end: begin - Days::new(5) + Days::new(length) }
    });
    vec(pause, 0..6)
}

fn a_period() -> impl Strategy<Value = (NaiveDate, u32, Vec<Pause>)> {
    any_day().prop_flat_map(|start| (Just(start), 0_u32..150, pauses_near(start)))
}

proptest! {
    #[test]
    fn the_due_day_is_where_a_walk_ends((start, n, pauses) in a_period()) {
        for calendar in [&*STATE_COUNCIL, &*PLAIN] {
            let due = calendar.due_with_pauses(start, n, &pauses).unwrap();
            prop_assert_eq!(due.on, walk_to_due(calendar, start, n, &pauses));
        }
    }

    #[test]
    fn the_elapsed_days_are_those_a_walk_counts(
        (start, length, pauses) in a_period(), backwards: bool,
    ) {
        let end = if backwards {
            start - Days::new(length.into())
        } else {
            start + Days::new(length.into())
        };
        for calendar in [&*STATE_COUNCIL, &*PLAIN] {
            let elapsed = calendar.elapsed_with_pauses(start, end, &pauses).unwrap();
            prop_assert_eq!(elapsed, walk_between(calendar, start, end, &pauses));
        }
    }

    #[test]
    fn as_many_days_have_elapsed_on_the_due_day_as_the_period_has(
        (start, n, pauses) in a_period().prop_filter("a day at least", |(_, n, _)| *n > 0),
    ) {
        let due = STATE_COUNCIL.due_with_pauses(start, n, &pauses).unwrap();
        let elapsed = STATE_COUNCIL.elapsed_with_pauses(start, due.on, &pauses).unwrap();
        prop_assert_eq!(elapsed, i64::from(n));
        prop_assert!(STATE_COUNCIL.is_working_day(due.on).unwrap());
    }

    #[test]
    fn no_question_makes_the_calendar_panic(
        start in -400_000_i32..1_200_000, end in -400_000_i32..1_200_000, n: u32,
        spans in vec((-400_000_i32..1_200_000, -400_000_i32..1_200_000), 0..4),
    ) {
        let date = |n| NaiveDate::from_num_days_from_ce_opt(n).unwrap();
        let pauses: Vec<Pause> =
            spans.into_iter().map(|(b, e)| Pause { begin: date(b), end: date(e) }).collect();
        let _ = STATE_COUNCIL.due_with_pauses(date(start), n, &pauses);
        let _ = STATE_COUNCIL.elapsed_with_pauses(date(start), date(end), &pauses);
        let _ = STATE_COUNCIL.overdue(date(start), date(end));
        let _ = STATE_COUNCIL.working_day_before(date(start), n);
        let _ = STATE_COUNCIL.is_provisional(date(start), date(end));
    }
}
