//! Every row of the tables in `tests/oracles`. None of them holds a quoted field.
#![allow(clippy::disallowed_methods, reason = "tests read the oracles")]

use std::fs;
use std::path::Path;

use super::{PLAIN, STATE_COUNCIL, day, pauses};

/// The rows of a table without its header, which must be the one expected.
fn rows(name: &str, header: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracles").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(header), "{name}");
    lines.map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn every_day_from_2004_to_2026_is_a_working_day_or_not_as_the_table_says() {
    let header = "date,weekday,is_workday,kind,name_zh,chinesecalendar,holiday_cn,\
                  python_holidays,chinese_days";
    let rows = rows("cn_workdays_2004_2026.csv", header);
    assert_eq!(rows.len(), 8401);
    for row in rows {
        let works = STATE_COUNCIL.is_working_day(day(&row[0])).unwrap();
        assert_eq!(works, row[2] == "1", "{}", row[0]);
        assert_eq!(
            PLAIN.is_working_day(day(&row[0])).unwrap(),
            row[1].as_str() < "6",
            "{}",
            row[0]
        );
    }
}

#[test]
fn every_due_day_is_the_one_in_the_table() {
    let header = "id,start,n_working_days,due,start_is_workday,due_if_plain_mon_fri";
    let rows = rows("due.csv", header);
    assert_eq!(rows.len(), 1000);
    for row in rows {
        let (start, n) = (day(&row[1]), row[2].parse().unwrap());
        let due = STATE_COUNCIL.due(start, n).unwrap();
        assert_eq!((due.on, due.provisional), (day(&row[3]), false), "{}", row[0]);
        assert_eq!(STATE_COUNCIL.is_working_day(start).unwrap(), row[4] == "1", "{}", row[0]);
        assert_eq!(PLAIN.due(start, n).unwrap().on, day(&row[5]), "{}", row[0]);
    }
}

#[test]
fn every_due_day_with_pauses_is_the_one_in_the_table() {
    let rows = rows("due_with_pauses.csv", "id,start,working_days,pauses,due,due_without_pauses");
    assert_eq!(rows.len(), 200);
    for row in rows {
        let (start, n, pauses) = (day(&row[1]), row[2].parse().unwrap(), pauses(&row[3]));
        let due = STATE_COUNCIL.due_with_pauses(start, n, &pauses).unwrap();
        assert_eq!(due.on, day(&row[4]), "{}", row[0]);
        assert_eq!(STATE_COUNCIL.due(start, n).unwrap().on, day(&row[5]), "{}", row[0]);
    }
}

#[test]
fn every_number_of_elapsed_working_days_is_the_one_in_the_table() {
    let rows = rows("elapsed.csv", "id,start,end,working_days_elapsed,plain_mon_fri");
    assert_eq!(rows.len(), 500);
    for row in rows {
        let (start, end) = (day(&row[1]), day(&row[2]));
        let (elapsed, plain): (i64, i64) = (row[3].parse().unwrap(), row[4].parse().unwrap());
        assert_eq!(STATE_COUNCIL.elapsed(start, end), Ok(elapsed), "{}", row[0]);
        assert_eq!(PLAIN.elapsed(start, end), Ok(plain), "{}", row[0]);
        assert_eq!(STATE_COUNCIL.elapsed(end, start), Ok(-elapsed), "{} backwards", row[0]);
    }
}

#[test]
fn every_worked_case_falls_due_as_expected() {
    let rows = rows("worked_cases.csv", "id,start,wd,pause_from,pause_to,expected_due");
    assert_eq!(rows.len(), 26);
    for row in rows {
        let span = if row[3].is_empty() { String::new() } else { format!("{}/{}", row[3], row[4]) };
        let n = row[2].parse().unwrap();
        let due = STATE_COUNCIL.due_with_pauses(day(&row[1]), n, &pauses(&span)).unwrap();
        assert_eq!(due.on, day(&row[5]), "case {}", row[0]);
    }
}
