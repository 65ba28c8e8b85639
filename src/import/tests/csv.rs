//! CSV: every trap of a foreign table.

use super::*;

const HEADER: &str = "case:concept:name,concept:name,time:timestamp,\
                      org:resource,case:deadline,lifecycle:transition\n";

fn csv(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

#[test]
fn names_are_kept_to_the_letter() {
    let acts = read_whole(
        Format::Csv,
        &csv("\
NA,Accept,2011-10-11 13:45:40.276000+02:00,NA,,complete
007,Accept,2011-10-11T13:45:40Z,,,
7,Zoë's \"check\",2011-10-11 13:45:40+02:00,,,
\"a,b\",\"say \"\"yes\"\"\",2011-10-11T13:45:40.5+02:00,\"Müller, 王\",,
"),
    );
    let streams: Vec<_> = acts.iter().map(|act| act.submission().stream.as_str()).collect();
    assert_eq!(streams, ["case/NA", "case/007", "case/7", "case/a,b"]);
    assert_eq!(acts[0].submission().actor.role.as_ref().unwrap().as_str(), "NA");
    assert_eq!(body(&acts[2]), r#"{"step":"Zoë's \"check\""}"#);
    assert_eq!(body(&acts[3]), r#"{"step":"say \"yes\"","post":"Müller, 王"}"#);
}

#[test]
fn an_act_says_everything_that_the_mapping_says() {
    let acts = read_whole(
        Format::Csv,
        &csv("c1,Accept,2011-10-11 13:45:40+02:00,Pete,2011-12-06T00:00:00Z,complete\n"),
    );
    let id = acts[0].submission().id;
    assert_eq!(id.get_version_num(), 7);
    assert_eq!(id.as_u64_pair().0 >> 16, 1_318_333_540_000, "the milliseconds of the act");
    assert_eq!(
        envelope(&acts[0]),
        format!(
            "{}{id}{}",
            concat!(
                r#"{"actor":{"id":"a-log","kind":"machine","role":"Pete"},"#,
                r#""body":{"handling":"promised","item":"a-permit","#,
                r#""limits":{"promised_working_days":20},"#,
                r#""source_statement":{"due_at":"2011-12-06T01:00:00+01:00"}},"#,
                r#""event":"case.ApplicationAccepted","id":""#,
            ),
            concat!(
                r#"","occurred_at":"2011-10-11T13:45:40+02:00","position":"1","#,
                r#""recorded_at":"1970-01-01T00:00:00.000000Z","#,
                r#""source":{"entry":"import","site":"hall","system":"a-log"},"#,
                r#""stream":"case/c1","stream_version":"1","version":2}"#,
            ),
        )
    );
}

#[test]
fn times_are_written_in_the_time_zone_of_the_mapping() {
    let acts = read_whole(
        Format::Csv,
        &csv("\
c1,Accept,2011-10-29T22:30:00Z,,,
c1,Look,2011-10-30T10:30:00+08:00,,,
c1,Grant,2011-11-01T07:00:00.000+00:00,,,
"),
    );
    let times: Vec<_> = acts.iter().map(|act| act.submission().occurred_at.to_rfc3339()).collect();
    assert_eq!(
        times,
        ["2011-10-30T00:30:00+02:00", "2011-10-30T03:30:00+01:00", "2011-11-01T08:00:00+01:00",]
    );
}

#[test]
fn the_statement_of_the_case_goes_with_its_first_act_that_can_carry_it() {
    let acts = read_whole(
        Format::Csv,
        &csv("\
c1,Look,2011-10-11 13:45:40Z,,2011-12-06 00:00:00Z,START
c2,Look,2011-10-11 13:45:40Z,,2011-12-07 00:00:00Z,complete
c1,Look,2011-10-11 13:45:41Z,,2011-12-06 00:00:00Z,COMPLETE
c1,Grant,2011-10-11 13:45:42Z,,2011-12-06 00:00:00Z,complete
"),
    );
    let states: Vec<_> = acts.iter().map(|act| body(act).contains("source_statement")).collect();
    assert_eq!(states, [false, true, true, false]);
    assert_eq!(acts[0].submission().event, "case.StepStarted");
}

#[test]
fn events_at_one_instant_keep_their_order_and_have_ids_of_their_own() {
    let rows = "c1,Look,2011-10-11 13:45:40Z,,,\n".repeat(3);
    let mut ids: Vec<_> =
        read_whole(Format::Csv, &csv(&rows)).iter().map(|act| act.submission().id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[test]
fn cases_that_lie_between_one_another_count_their_own_records() {
    let (a, b) = ("a,Look,2011-10-11 13:45:40Z,,,\n", "b,Look,2011-10-11 13:45:40Z,,,\n");
    let ids = |rows: &[&str]| {
        let acts = read_whole(Format::Csv, &csv(&rows.concat()));
        let mut ids: Vec<_> = acts.iter().map(|act| act.submission().id).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ids(&[a, b, a, b]), ids(&[a, a, b, b]));
}

#[test]
fn a_repeated_acceptance_is_recorded_again() {
    let rows = "c1,Accept,2011-10-11 13:45:40Z,,,\nc1,Accept,2011-10-12 13:45:40Z,,,\n";
    let acts = read_whole(Format::Csv, &csv(rows));
    assert!(acts.iter().all(|act| act.submission().event == "case.ApplicationAccepted"));
}

#[test]
fn a_refused_row_names_line_field_and_reason_and_the_rest_goes_on() {
    let text = csv("\
c1,Accept,2011-10-11 13:45:40,,,
c1,\"two
lines\",2011-10-11 13:45:40Z,,,
c1,Look,1969-12-31 23:59:59Z,,,
,Look,2011-10-11 13:45:40Z,,,
c1,,2011-10-11 13:45:40Z,,,
c1,Look,2011-10-11 13:45:40Z,,,suspend
c1,Look,2011-10-11 13:45:40Z,
c1,Look\u{7},2011-10-11 13:45:40Z,,,
 c1,Look,2011-10-11 13:45:40Z,,,
c9,Look,2011-10-11 13:45:40Z,,soon,
c1,\"Look\"x,2011-10-11 13:45:40Z,,,
c1,Look,2011-10-11 13:45:40Z,,,
");
    let outcome = read(Format::Csv, &text);
    let found: Vec<_> = outcome
        .refused
        .iter()
        .map(|r| (r.line, r.field.as_deref().unwrap_or("-"), r.reason.as_str()))
        .collect();
    let expect = [
        (2, "time:timestamp", "has no offset from UTC"),
        (5, "timestamp", "lies before 1970"),
        (6, "case:concept:name", "the row names no case"),
        (7, "concept:name", "the row names no activity"),
        (8, "lifecycle:transition", "the transition `suspend` is neither"),
        (9, "-", "the row has 4 fields, the header has 6"),
        (10, "activity", "control character U+0007"),
        (11, "case id", "white space at an end"),
        (12, "case:deadline", "`soon` is no timestamp"),
        (13, "-", "text follows a closing quote"),
    ];
    assert_eq!(found.len(), expect.len(), "{found:#?}");
    for (found, expect) in found.iter().zip(expect) {
        assert_eq!((found.0, found.1), (expect.0, expect.1));
        assert!(found.2.contains(expect.2), "{found:?}");
    }
    assert_eq!(outcome.refused[0].raw, "c1,Accept,2011-10-11 13:45:40,,,");
    assert_eq!(outcome.acts.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 14]);
}

#[test]
fn mending_a_refused_row_changes_no_other_act_of_the_case() {
    let rows = |first: &str| {
        csv(&format!(
            "c1,Accept,{first},,2011-12-06 00:00:00Z,\n\
                      c1,Look,2011-10-11 13:45:40Z,,2011-12-06 00:00:00Z,\n"
        ))
    };
    let bad = read(Format::Csv, &rows("soon"));
    let good = read(Format::Csv, &rows("2011-10-11 13:45:39Z"));
    assert_eq!((bad.acts.len(), good.acts.len()), (1, 2));
    assert_eq!(envelope(&bad.acts[0].1), envelope(&good.acts[1].1));
}

#[test]
fn a_column_that_is_missing_or_there_twice_is_named_with_the_key() {
    let failure = |header: &str| {
        try_reader(Format::Csv, header.as_bytes(), Some(mapping(MAPPING))).unwrap_err().to_string()
    };
    let said = failure("case:concept:name,concept:name,timestamp,org:resource,case:deadline\n");
    assert!(
        said.starts_with(
            "`a-file` line 1: the column `time:timestamp` of the mapping's `columns.timestamp` \
             is not there"
        ),
        "{said}"
    );
    let said = failure("case:concept:name,concept:name,time:timestamp,org:resource\n");
    assert!(said.contains("`case:deadline` of the mapping's `attributes.due_at`"), "{said}");
    let said = failure(&HEADER.replace("org:resource", "concept:name"));
    assert!(said.contains("`concept:name` of the mapping's `columns.activity` is there twice"));
    assert_eq!(failure(""), "`a-file` has no header row");
}

#[test]
fn another_delimiter_a_mark_and_other_columns_are_read() {
    let text = MAPPING
        .replace(
            "[acts]",
            "[columns]\ncase_id = \"Fall\"\nactivity = \"Was\"\n\
        timestamp = \"Wann\"\ndelimiter = ';'\n[acts]",
        )
        .replace("due_at", "#due_at");
    let csv = "\u{feff}Fall;Was;Wann;org:resource\r\n1;Accept;2011-10-11 13:45:40Z;P,Q\r\n";
    let outcome = outcome(reader(Format::Csv, csv.as_bytes(), Some(mapping(&text))));
    assert_eq!(outcome.acts.len(), 1, "{:?}", outcome.refused);
    assert_eq!(outcome.acts[0].1.submission().actor.role.as_ref().unwrap().as_str(), "P,Q");
}

#[test]
fn bytes_that_are_no_utf_8_refuse_their_row_only() {
    let mut bytes = csv("c1,Look,2011-10-11 13:45:40Z,,,\n").into_bytes();
    let place = bytes.len() + 4;
    bytes.extend_from_slice(
        b"c1,M\xfcller,2011-10-11 13:45:40Z,,,\nc1,Look,2011-10-11 13:45:41Z,,,\n",
    );
    let outcome = outcome(reader(Format::Csv, &bytes, Some(mapping(MAPPING))));
    assert_eq!((outcome.acts.len(), outcome.refused.len()), (2, 1));
    let reason = &outcome.refused[0].reason;
    assert_eq!(*reason, format!("byte {place} of the file's text is not UTF-8"));
}

#[test]
fn a_file_cut_off_gives_what_came_before_and_says_where() {
    let rows: String = (0..5_000)
        .map(|n| {
            format!("case-{},Look,2011-10-11 13:45:40.{:06}Z,,,\n", n % 37, n * 7919 % 999_983)
        })
        .collect();
    let mut bytes = packed(csv(&rows).as_bytes());
    bytes.truncate(bytes.len() / 2);
    let outcome = outcome(reader(Format::Csv, &bytes, Some(mapping(MAPPING))));
    assert!(outcome.acts.len() > 1_000 && outcome.refused.is_empty());
    let said = outcome.failure.unwrap().to_string();
    assert!(said.starts_with("`a-file` is cut off: the gz data end after byte"), "{said}");
}

#[test]
fn local_times_need_the_word_of_the_mapping() {
    let text = MAPPING.replace("site = ", "assume_offset_of_time_zone = true\nsite = ");
    let rows = csv("c1,Look,2011-10-11 13:45:40,,,\nc1,Look,2011-10-30 02:30:00,,,\n");
    let outcome = outcome(reader(Format::Csv, rows.as_bytes(), Some(mapping(&text))));
    let at = outcome.acts[0].1.submission().occurred_at;
    assert_eq!(at.to_rfc3339(), "2011-10-11T13:45:40+02:00");
    assert!(outcome.refused[0].reason.contains("shown twice"));
}
