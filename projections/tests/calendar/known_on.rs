//! What was known when: an amendment changes the days from its publication on, never before.

use super::{STATE_COUNCIL, day, known_on};

/// Which of the days were working days as known on a day.
fn working(known: &str, days: &[&str]) -> Vec<bool> {
    let calendar = known_on(known);
    days.iter().map(|text| calendar.is_working_day(day(text)).unwrap()).collect()
}

#[test]
fn the_extension_of_the_spring_festival_of_2020_moves_a_due_day_from_its_publication_on() {
    let start = day("2020-01-20");
    let due = |known| known_on(known).due(start, 10).unwrap();
    assert_eq!((due("2020-01-20").on, due("2020-01-20").provisional), (day("2020-02-07"), false));
    assert_eq!(due("2020-01-26").on, day("2020-02-07"));
    assert_eq!(due("2020-01-27").on, day("2020-02-11"));
    let days = ["2020-01-19", "2020-01-31", "2020-02-01", "2020-02-02", "2020-02-03"];
    assert_eq!(working("2020-01-26", &days), [true, true, true, false, true]);
    assert_eq!(working("2020-01-27", &days), [true, false, false, false, true]);
}

#[test]
fn labour_day_of_2019_was_one_day_until_the_notice_of_22_march() {
    let days = ["2019-04-28", "2019-05-01", "2019-05-02", "2019-05-03", "2019-05-05"];
    assert_eq!(working("2019-03-21", &days), [false, false, true, true, false]);
    assert_eq!(working("2019-03-22", &days), [true, false, false, false, true]);
}

#[test]
fn the_victory_day_of_2015_was_a_working_day_until_the_notice_of_13_may() {
    let days = ["2015-09-03", "2015-09-04", "2015-09-05", "2015-09-06"];
    assert_eq!(working("2015-05-12", &days), [true, true, false, false]);
    assert_eq!(working("2015-05-13", &days), [false, false, false, true]);
}

#[test]
fn before_a_years_notice_its_days_are_provisional() {
    let before = known_on("2007-12-17").due(day("2007-12-27"), 3).unwrap();
    let after = known_on("2007-12-18").due(day("2007-12-27"), 3).unwrap();
    assert_eq!((before.on, before.provisional), (day("2008-01-02"), true));
    assert_eq!((after.on, after.provisional), (day("2008-01-02"), false));
    let silent = known_on("2007-12-17").due(day("2007-12-24"), 4).unwrap();
    assert_eq!((silent.on, silent.provisional), (day("2007-12-28"), false));
}

#[test]
fn an_act_ten_days_late_is_late_by_the_working_days_between() {
    let late = |done| STATE_COUNCIL.overdue(day("2008-09-27"), day(done)).unwrap();
    assert_eq!((late("2008-09-20"), late("2008-09-27"), late("2008-10-07")), (0, 0, 3));
}

#[test]
fn a_reminder_one_working_day_before_the_due_day_skips_the_days_off() {
    let before = |text, n| STATE_COUNCIL.working_day_before(day(text), n).unwrap();
    assert_eq!(before("2008-04-30", 1), day("2008-04-29"));
    assert_eq!(before("2008-10-06", 1), day("2008-09-28"));
    assert_eq!(before("2008-10-03", 0), day("2008-09-28"));
    assert_eq!(before("2008-09-28", 0), day("2008-09-28"));
}

#[test]
fn a_direct_item_taken_on_a_make_up_sunday_is_due_the_same_day() {
    let same = STATE_COUNCIL.due(day("2008-05-04"), 0).unwrap();
    assert_eq!(same.on, day("2008-05-04"));
    assert_eq!(STATE_COUNCIL.due(day("2008-05-01"), 0).unwrap().on, day("2008-05-04"));
    assert_eq!(
        STATE_COUNCIL.next_working_day_on_or_after(day("2008-10-01")),
        Ok(day("2008-10-06"))
    );
}
