//! Where no notice is known: never silently Monday to Friday.

use chrono::NaiveDate;
use tongjian_events::calendar::WorkingDayRule;
use tongjian_projections::calendar::{Calendar, CalendarError, NoticeAct, NoticeView};

use super::{PLAIN, STATE_COUNCIL, day, known_on, pauses};

#[test]
fn a_period_that_reaches_past_the_last_notice_is_provisional() {
    let due = STATE_COUNCIL.due(day("2026-12-15"), 20).unwrap();
    assert_eq!((due.on, due.provisional), (day("2027-01-13"), true));
    assert_eq!(STATE_COUNCIL.horizon(), Some(day("2026-12-28")));
    let last = STATE_COUNCIL.due(day("2026-12-15"), 9).unwrap();
    assert_eq!((last.on, last.provisional), (day("2026-12-28"), false));
    assert!(STATE_COUNCIL.due(day("2026-12-15"), 10).unwrap().provisional);
}

#[test]
fn provisional_days_leave_out_the_statutory_days_with_a_fixed_date() {
    let off = ["2027-01-01", "2029-05-01", "2029-05-02", "2029-10-01", "2029-10-02", "2029-10-03"];
    for text in off {
        assert_eq!(STATE_COUNCIL.is_working_day(day(text)), Ok(false), "{text}");
    }
    for text in ["2003-05-02", "2029-05-03", "2029-10-04", "2029-01-02"] {
        assert_eq!(STATE_COUNCIL.is_working_day(day(text)), Ok(true), "{text}");
    }
}

#[test]
fn without_any_notice_every_day_is_provisional() {
    let empty = Calendar::build(WorkingDayRule::StateCouncil, []);
    assert_eq!(empty.horizon(), None);
    assert!(empty.due(day("2008-09-22"), 5).unwrap().provisional);
    assert!(empty.due(day("2008-09-22"), 0).unwrap().provisional);
}

#[test]
fn the_days_before_the_first_covered_year_are_provisional() {
    assert!(STATE_COUNCIL.due(day("2003-12-30"), 1).unwrap().provisional);
    assert!(!STATE_COUNCIL.due(day("2003-12-31"), 1).unwrap().provisional);
}

#[test]
fn an_uncovered_year_in_the_middle_is_provisional_and_reaches_into_the_december_before_it() {
    let year = |year| NoticeView {
        act: NoticeAct::Published,
        year,
        published_on: NaiveDate::MIN,
        days: &[],
    };
    let calendar = Calendar::build(WorkingDayRule::StateCouncil, [year(2010), year(2012)]);
    let provisional = |after, through| calendar.is_provisional(day(after), day(through)).unwrap();
    assert!(!provisional("2009-12-31", "2010-12-28"));
    assert!(provisional("2010-12-28", "2010-12-29"));
    assert!(provisional("2011-06-01", "2011-06-02"));
    assert!(!provisional("2011-12-31", "2012-12-28"));
    assert!(provisional("2010-06-01", "2012-06-01"));
    assert!(!provisional("2012-06-01", "2010-06-01"), "an empty period");
}

#[test]
fn an_amendment_does_not_cover_its_year() {
    let amended =
        NoticeView { act: NoticeAct::Amended, year: 2010, published_on: NaiveDate::MIN, days: &[] };
    let calendar = Calendar::build(WorkingDayRule::StateCouncil, [amended]);
    assert!(calendar.due(day("2010-03-01"), 1).unwrap().provisional);
}

#[test]
fn monday_to_friday_is_never_provisional() {
    let due = PLAIN.due(day("2026-12-15"), 2000).unwrap();
    assert_eq!((due.on, due.provisional), (day("2034-08-15"), false));
    assert_eq!(PLAIN.due(day("2008-10-01"), 0).unwrap().on, day("2008-10-01"));
}

#[test]
fn a_day_outside_the_calendar_is_an_error_that_names_it() {
    let outside = |text| CalendarError::OutsideCalendar { day: day(text) };
    let works = STATE_COUNCIL.is_working_day(day("1989-12-31"));
    assert_eq!(works, Err(outside("1989-12-31")));
    let elapsed = STATE_COUNCIL.elapsed(day("2008-01-01"), day("2101-01-01"));
    assert_eq!(elapsed, Err(outside("2101-01-01")));
    assert!(STATE_COUNCIL.due(NaiveDate::MIN, 1).is_err());
    let error = STATE_COUNCIL.due(day("2100-12-30"), 5).unwrap_err();
    assert_eq!(
        error.to_string(),
        "5 working days from 2100-12-30 lead out of the calendar, \
         which runs from 1990-01-01 to 2100-12-31"
    );
    assert!(STATE_COUNCIL.due(day("1990-01-01"), u32::MAX).is_err());
    assert!(STATE_COUNCIL.working_day_before(day("1990-01-01"), 1).is_err());
    assert!(STATE_COUNCIL.working_day_before(day("2008-01-01"), u32::MAX).is_err());
}

#[test]
fn the_first_and_the_last_day_of_the_calendar_can_be_asked_about() {
    assert_eq!(PLAIN.due(day("1990-01-01"), 0).unwrap().on, day("1990-01-01"));
    assert_eq!(PLAIN.elapsed(day("1990-01-01"), day("2100-12-31")), Ok(28_959));
    assert!(PLAIN.due(day("2100-12-31"), 0).is_ok());
    assert!(PLAIN.due(day("2100-12-31"), 1).is_err());
}

#[test]
fn a_pause_without_an_end_leads_out_of_the_calendar_instead_of_ending_early() {
    let endless = pauses("2026-01-05/9999-12-31");
    assert!(known_on("2025-12-31").due_with_pauses(day("2026-01-05"), 5, &endless).is_err());
    let before = known_on("2025-12-31").due_with_pauses(day("2025-12-15"), 5, &endless).unwrap();
    assert_eq!(before.on, day("2025-12-22"));
}
