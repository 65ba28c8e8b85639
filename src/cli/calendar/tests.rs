//! The command as it is typed, with buffers in place of the terminal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::fs;
use std::path::PathBuf;

use clap::Parser;
use serde_json::Value;

use tongjian_events::Act;
use tongjian_events::calendar::shipped_notices;
use tongjian_projections::calendar::NoticeView;

use super::{CalendarCommand, Streams, run};
use crate::store::{Command, Expected, Store};

#[derive(Debug, Parser)]
struct Line {
    #[command(subcommand)]
    command: CalendarCommand,
}

/// What a command wrote and whether it failed.
struct Said {
    out: String,
    notes: String,
    error: Option<String>,
}

fn ask_with(line: &str, input: &[u8]) -> Said {
    let words = ["calendar"].into_iter().chain(line.split_whitespace());
    let Line { command } = Line::try_parse_from(words).unwrap();
    let (mut out, mut notes, mut input) = (Vec::new(), Vec::new(), input);
    let streams = Streams { input: &mut input, out: &mut out, notes: &mut notes };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let answered = runtime.block_on(run(&command, streams));
    let error = answered.err().map(|error| format!("{error:#}"));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { out: text(out), notes: text(notes), error }
}

fn ask(line: &str) -> Said {
    ask_with(line, b"")
}

/// The answer of a command that must succeed without a note.
fn answer(line: &str) -> String {
    let said = ask(line);
    assert_eq!((said.error, said.notes.as_str()), (None, ""), "{line}");
    said.out
}

fn oracle(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oracles").join(name)
}

#[test]
fn every_table_of_oracles_is_answered_byte_for_byte() {
    let tables = [
        ("due", "due.csv"),
        ("due", "due_with_pauses.csv"),
        ("due", "worked_cases.csv"),
        ("elapsed", "elapsed.csv"),
    ];
    for (command, name) in tables {
        let path = oracle(name);
        let expected = fs::read_to_string(&path).unwrap();
        let answered = answer(&format!("{command} --csv {}", path.display()));
        for (line, expected) in answered.lines().zip(expected.lines()) {
            assert_eq!(line, expected, "{name}");
        }
        assert!(answered == expected, "{name}: line ends");
        let said = ask_with(&format!("{command} --csv -"), expected.as_bytes());
        assert!(said.out == expected && said.error.is_none(), "{name} from standard input");
    }
}

#[test]
fn the_answers_in_a_table_are_computed_anew_and_its_other_columns_left_out() {
    let table = "\u{feff}remark,n_working_days,due,id,start\r\n\
                 \"a, b\",5,1999-01-01,\"7,8\",2008-09-22\r\n";
    let said = ask_with("due --csv -", table.as_bytes());
    assert_eq!(
        said.out,
        "id,start,n_working_days,due,start_is_workday,due_if_plain_mon_fri\r\n\
         \"7,8\",2008-09-22,5,2008-09-27,1,2008-09-29\r\n"
    );
    assert_eq!((said.notes.as_str(), said.error), ("", None));
}

#[test]
fn a_due_day_is_answered_with_its_weekday() {
    assert_eq!(answer("due 2008-09-22 5"), "2008-09-27 Saturday\n");
    assert_eq!(answer("due 2008-09-22 5 --rule monday-to-friday"), "2008-09-29 Monday\n");
    assert_eq!(answer("due 2008-09-10 20 --pause 2008-09-18/2008-10-08"), "2008-10-29 Wednesday\n");
    assert_eq!(answer("due 2020-01-20 10 --known-on 2020-01-20"), "2020-02-07 Friday\n");
    assert_eq!(answer("due 2020-01-20 10"), "2020-02-11 Tuesday\n");
}

#[test]
fn elapsed_days_are_counted_in_both_directions() {
    assert_eq!(answer("elapsed 2008-09-27 2008-10-07"), "3 working days\n");
    assert_eq!(answer("elapsed 2008-10-07 2008-09-27"), "-3 working days\n");
    let paused = "elapsed 2008-09-27 2008-10-07 --pause 2008-09-27/2008-10-06";
    assert_eq!(answer(paused), "1 working days\n");
}

#[test]
fn a_provisional_due_day_says_so_in_every_form() {
    let said = answer("due 2026-12-15 20");
    assert_eq!(
        said,
        "2027-01-13 Wednesday, provisional: some day of the period has no holiday notice yet\n"
    );
    let json: Value = serde_json::from_str(&answer("due 2026-12-15 20 --json")).unwrap();
    assert_eq!(json["due"], "2027-01-13");
    assert_eq!(json["provisional"], true);

    let table = b"id,start,n_working_days\nA,2026-12-15,20\nB,2026-12-01,2\n";
    let plain = ask_with("due --csv -", table);
    assert_eq!(
        plain.notes,
        "`standard input` line 2: A: the due day 2027-01-13 is provisional: \
         some day of the period has no holiday notice yet\n"
    );
    assert_eq!(plain.error, None);
    let marked = ask_with("due --csv - --with-provisional", table).out;
    let lines: Vec<&str> = marked.lines().collect();
    assert_eq!(lines[1], "A,2026-12-15,20,2027-01-13,1,2027-01-12,1");
    assert!(lines[0].ends_with(",provisional") && lines[2].ends_with(",0"));
    let json = ask_with("due --csv - --json", table).out;
    let rows: Vec<Value> = json.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    assert_eq!((rows.len(), &rows[0]["provisional"]), (2, &Value::Bool(true)));
    assert_eq!((&rows[1]["n_working_days"], &rows[1]["due"]), (&2.into(), &"2026-12-03".into()));
}

#[test]
fn a_bad_row_is_named_with_file_line_and_field_and_the_others_are_answered() {
    let table = b"id,start,n_working_days\n\
                  A,2008-02-30,5\n\
                  B,2008-09-22,-3\n\
                  C,2008-09-22,5\n\
                  D,2008-09-22\n\
                  \xff,2008-09-22,5\n\
                  F,2100-12-30,9\n\
                  G,2008-9-22,1\n\
                  H,1989-01-01,1\n";
    let said = ask_with("due --csv -", table);
    assert_eq!(said.out.lines().count(), 2, "the header and C");
    assert!(said.out.ends_with("C,2008-09-22,5,2008-09-27,1,2008-09-29\n"));
    let notes: Vec<&str> = said.notes.lines().collect();
    let expected = [
        "`standard input` line 2, `start`: `2008-02-30` is no day",
        "`standard input` line 3, `n_working_days`: `-3` is no number of working days",
        "`standard input` line 5, `n_working_days`: the row ends before this column",
        "`standard input` line 6",
        "`standard input` line 7, `n_working_days`: 9 working days from 2100-12-30 lead out",
        "`standard input` line 8, `start`: `2008-9-22` is no day",
        "`standard input` line 9, `n_working_days`: 1989-01-01 is outside the calendar",
    ];
    assert_eq!(notes.len(), expected.len(), "{notes:#?}");
    for (note, expected) in notes.iter().zip(expected) {
        assert!(note.starts_with(expected), "{note}");
    }
    let error = said.error.unwrap();
    assert_eq!(error, "7 of 8 rows of `standard input` were not answered");
}

#[test]
fn a_bad_pause_names_its_column() {
    let table = b"id,start,working_days,pauses\nA,2008-09-22,5,2008-09-23\nB,2008-09-22,5,\n";
    let said = ask_with("due --csv -", table);
    assert!(said.notes.contains("line 2, `pauses`: `2008-09-23` is no pause"), "{}", said.notes);
    assert!(said.out.ends_with("B,2008-09-22,5,,2008-09-27,2008-09-27\n"));
    let half = b"id,start,wd,pause_from,pause_to\nA,2008-09-22,5,2008-09-23,\n";
    let said = ask_with("due --csv -", half);
    assert!(said.notes.contains("line 2, `pause_to`: `` is no day"), "{}", said.notes);
}

#[test]
fn a_row_is_named_by_its_line_whatever_ends_the_lines() {
    let rows = "id,start,n_working_days\nA,2008-9-22,5\n\n\"B\n2\",2008-9-22,5\n\n\nC,x,5\n";
    for table in [rows.to_owned(), rows.replace('\n', "\r\n"), format!("\u{feff}{rows}")] {
        let said = ask_with("due --csv -", table.as_bytes());
        let lines: Vec<&str> =
            said.notes.lines().filter_map(|note| note.split(", ").next()).collect();
        let expected = [2, 4, 8].map(|line| format!("`standard input` line {line}"));
        assert_eq!(lines, expected, "{table:?}");
    }
    let said = ask_with("due --csv -", b"id,start,n_working_days\r\n\r\n\xff,2008-09-22,5\r\n");
    let expected = "`standard input` line 3: field 1 is not UTF-8; convert the file to UTF-8\n";
    assert_eq!(said.notes, expected);
}

#[test]
fn blanks_around_a_value_are_no_part_of_it() {
    let table = b"id, start ,working_days,pauses\nA, 2008-09-10,20 , 2008-09-18/2008-10-08 ; \n";
    let said = ask_with("due --csv -", table);
    assert_eq!((said.notes.as_str(), said.error), ("", None));
    assert!(said.out.ends_with(",2008-10-29,2008-10-14\n"), "{}", said.out);
}

#[test]
fn a_pause_that_ends_before_it_begins_is_refused() {
    let table = b"id,start,working_days,pauses\nA,2008-09-10,20,2008-10-08/2008-09-18\n";
    let notes = ask_with("due --csv -", table).notes;
    assert!(notes.contains("line 2, `pauses`: the pause 2008-10-08/2008-09-18 ends before"));
    let table = b"id,start,wd,pause_from,pause_to\nA,2008-09-10,20,2008-10-08,2008-09-18\n";
    let notes = ask_with("due --csv -", table).notes;
    assert!(notes.contains("line 2, `pause_to`: the pause 2008-10-08/2008-09-18 ends before"));
}

#[test]
fn elapsed_days_of_a_table_leave_its_pauses_out() {
    let table = b"pauses,id,start,end\n2008-09-27/2008-10-06,A,2008-09-27,2008-10-07\n\
                  ,B,2008-09-27,2008-10-07\n";
    let said = ask_with("elapsed --csv -", table);
    assert_eq!((said.notes.as_str(), said.error), ("", None));
    assert_eq!(
        said.out,
        "id,start,end,pauses,working_days_elapsed,plain_mon_fri\n\
         A,2008-09-27,2008-10-07,2008-09-27/2008-10-06,1,1\n\
         B,2008-09-27,2008-10-07,,3,7\n"
    );
}

#[test]
fn a_table_without_a_needed_column_is_refused_with_its_name() {
    let refused = |command: &str, table: &[u8]| ask_with(command, table).error.unwrap();
    let missing = |name: &str| format!("`standard input` line 1, `{name}`: the column is missing");
    assert_eq!(refused("due --csv -", b"id,start\n"), missing("n_working_days"));
    assert_eq!(refused("due --csv -", b""), missing("id"));
    assert_eq!(refused("due --csv -", b"id,start,working_days\n"), missing("pauses"));
    assert_eq!(refused("elapsed --csv -", b"id,start\n"), missing("end"));
    let twice = refused("due --csv -", b"id,start,start,n_working_days\n");
    assert_eq!(twice, "`standard input` line 1, `start`: the column is there twice");
    let error = ask("due --csv no/such/file.csv").error.unwrap();
    assert!(error.starts_with("opening `no/such/file.csv`: "), "{error}");
}

#[test]
fn a_question_that_cannot_be_asked_is_refused_before_it_is_answered() {
    let refused = |line: &str| {
        let words = ["calendar"].into_iter().chain(line.split_whitespace());
        Line::try_parse_from(words).unwrap_err().to_string()
    };
    assert!(refused("due 2008-9-22 5").contains("`2008-9-22` is no day"));
    assert!(refused("due 2008-09-22 -3").contains("`-3` is no number of working days"));
    assert!(refused("due 2008-09-22 5 --pause 2008-09-23").contains("is no pause"));
    assert!(refused("due 2008-09-22").contains("WORKING_DAYS"));
    assert!(refused("due 2008-09-22 5 --csv due.csv").contains("cannot be used with"));
    assert!(refused("elapsed 2008-09-22").contains("END"));
    let error = ask("due 2100-12-30 9").error.unwrap();
    assert!(error.starts_with("9 working days from 2100-12-30 lead out"), "{error}");
}

#[test]
fn the_year_2008_shows_its_notices_days_off_and_make_up_days() {
    let year = answer("year 2008");
    let lines: Vec<&str> = year.lines().collect();
    assert_eq!(lines[0], "2008: 251 working days");
    assert!(lines[1].starts_with("国办发明电〔2007〕52号, published 2007-12-18: "), "{}", lines[1]);
    let september: Vec<&str> =
        lines.iter().copied().skip_while(|l| !l.starts_with("September")).take(11).collect();
    assert_eq!(
        september,
        [
            "September 2008, 21 working days",
            " Mo  Tu  We  Th  Fr  Sa  Su",
            "  1   2   3   4   5   6   7",
            "  8   9  10  11  12  13* 14*",
            " 15* 16  17  18  19  20  21",
            " 22  23  24  25  26  27+ 28+",
            " 29* 30*",
            "  13-15 off 中秋节 (国办发明电〔2007〕52号)",
            "  27-28 work 国庆节 (国办发明电〔2007〕52号)",
            "  29-30 off 国庆节 (国办发明电〔2007〕52号)",
            "",
        ]
    );
}

#[test]
fn a_year_is_answered_as_it_was_known() {
    let before: Value =
        serde_json::from_str(&answer("year 2020 --json --known-on 2020-01-20")).unwrap();
    let after: Value = serde_json::from_str(&answer("year 2020 --json")).unwrap();
    let first_of_february = |year: &Value| year["days"][31].clone();
    assert_eq!(first_of_february(&before)["named"], "work");
    assert_eq!(first_of_february(&after)["named"], "off");
    assert_eq!(first_of_february(&after)["notice"], "国办发明电〔2020〕1号");
    assert_eq!((&before["working_days"], &after["working_days"]), (&251.into(), &249.into()));
    assert_eq!((&before["provisional"], &after["provisional"]), (&true.into(), &false.into()));
}

#[test]
fn a_year_without_a_notice_is_marked_day_by_day() {
    let year = answer("year 2028");
    assert!(year.contains("\nMay 2028, "), "{year}");
    assert!(year.contains("  1?  2?  3?"), "{year}");
    let december = answer("year 2026");
    assert!(december.contains(" 28  29? 30? 31?"), "{december}");
    assert!(ask("year 1989").error.unwrap().starts_with("the year 1989 is outside the calendar"));
}

/// A chronicle with the notice of 2020, its amendment, and nothing else.
fn chronicle_of_2020(folder: &std::path::Path) -> PathBuf {
    let path = folder.join("2020.db");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&path).await.unwrap();
        for (event, number) in shipped_notices().unwrap().into_iter().zip(1_u64..) {
            if NoticeView::of(&event).unwrap().year != 2020 {
                continue;
            }
            let sent = serde_json::json!({
                "id": format!("0190a6b0-0000-7000-8000-{number:012}"),
                "stream": "calendar/holidays", "event": event.wire_name(),
                "version": event.version(), "occurred_at": "2020-03-01T09:00:00+08:00",
                "actor": { "kind": "system", "id": "test" },
                "source": { "site": "000000000000" },
                "body": serde_json::from_str::<Value>(&event.to_json().unwrap()).unwrap(),
            });
            let act = Act::check(serde_json::from_str(&sent.to_string()).unwrap()).unwrap();
            let command = Command {
                stream: act.submission().stream.clone(),
                expected: Expected::Any,
                acts: vec![act],
                received_at: "2020-03-02T01:00:00Z".parse().unwrap(),
            };
            store.append(command).await.unwrap();
        }
        store.close().await;
    });
    path
}

#[test]
fn a_chronicle_answers_by_its_own_notices_as_it_knew_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = chronicle_of_2020(folder.path());
    let data = format!("--data {}", path.display());
    let due = |more: &str| answer(&format!("due 2020-01-20 10 {data}{more}"));
    assert_eq!(due(""), "2020-02-11 Tuesday\n");
    assert_eq!(due(" --known-at 1"), "2020-02-07 Friday\n");
    assert_eq!(due(" --known-on 2020-01-20"), "2020-02-07 Friday\n");
    let year = answer(&format!("year 2020 {data} --json"));
    let year: Value = serde_json::from_str(&year).unwrap();
    let numbers: Vec<_> = year["notices"].as_array().unwrap().iter().collect();
    assert_eq!(numbers.len(), 2, "{numbers:?}");
    assert_eq!(year["days"][30]["notice"], "国办发明电〔2020〕1号");
    // Nothing is known of a year whose notice it does not hold.
    let said = ask(&format!("due 2008-09-22 5 {data}"));
    assert!(said.out.starts_with("2008-09-29 Monday"), "{}", said.out);
}

#[test]
fn a_chronicle_that_is_not_there_or_a_position_past_its_end_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("none.db");
    let said = ask(&format!("year 2008 --data {}", none.display()));
    assert!(said.error.unwrap().contains("there is no chronicle"));
    assert!(!none.exists());
    let path = chronicle_of_2020(folder.path());
    let said = ask(&format!("year 2020 --data {} --known-at 99", path.display()));
    assert!(said.error.unwrap().contains("past the last position"));
    assert!(Line::try_parse_from(["calendar", "year", "2008", "--known-at", "1"]).is_err());
}
