//! NDJSON: lines as windows and exports write them.

use super::*;

const LINE: &str = concat!(
    r#"{"id":"01928f00-0000-7000-8000-000000000001","stream":"case/0012","#,
    r#""event":"case.StepCompleted","version":1,"occurred_at":"2008-07-01T09:00:00+08:00","#,
    r#""actor":{"kind":"staff","id":"w-1"},"source":{"site":"hall","entry":"offline"},"#,
    r#""body":{"step":"check"}}"#
);

fn lines(text: &str) -> Outcome {
    outcome(reader(Format::Ndjson, text.as_bytes(), None))
}

#[test]
fn a_submission_and_its_exported_envelope_are_the_same_act() {
    let outcome = lines(&format!("\u{feff}{LINE}\r\n\n"));
    let exported = envelope(&outcome.acts[0].1);
    assert!(exported.contains("\"position\":\"1\"") && exported.contains("\"entry\":\"offline\""));
    let again = lines(&exported);
    assert!(again.refused.is_empty() && outcome.refused.is_empty());
    assert_eq!(envelope(&again.acts[0].1), exported);
}

#[test]
fn a_bad_line_names_line_column_and_member() {
    let cases = [
        (
            LINE.replace("\"version\":1", "\"version\":1,\"colour\":2"),
            Some("colour"),
            "unknown field `colour`",
        ),
        (LINE.replace("\"step\"", "\"stop\""), Some("body.stop"), "unknown field `stop`"),
        (
            LINE.replace("{\"step\":\"check\"}", "{\"step\":\"\"}"),
            Some("body.step"),
            "the text is empty",
        ),
        (LINE.replace("+08:00", ""), Some("occurred_at"), "has no offset from UTC"),
        (LINE[..40].to_owned(), None, "column 40: EOF"),
        (LINE.replace("-7000-", "-4000-"), None, "no UUID of version 7"),
        ("[]".into(), None, "column"),
        (format!("{LINE}{LINE}"), None, "trailing characters"),
    ];
    let text: String = cases.iter().map(|(line, _, _)| format!("{line}\n")).collect();
    let outcome = lines(&format!("{text}{LINE}\n"));
    assert_eq!((outcome.acts.len(), outcome.refused.len()), (1, cases.len()));
    for (index, ((line, field, rule), refused)) in cases.iter().zip(&outcome.refused).enumerate() {
        assert_eq!((refused.line, &refused.raw), (index as u64 + 1, line));
        assert!(refused.reason.contains(rule), "{refused:?}");
        assert_eq!(refused.field.as_deref(), *field, "{refused:?}");
    }
}

#[test]
fn a_line_of_ten_megabytes_is_refused_unread_and_the_next_is_read() {
    let huge = "x".repeat(10 << 20);
    let outcome = lines(&format!("{LINE}\n{huge}\n{LINE}\n"));
    assert_eq!(outcome.acts.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3]);
    let refused = &outcome.refused[0];
    assert_eq!((refused.line, refused.raw.len()), (2, 4096));
    assert_eq!(refused.reason, "the line has 10485761 bytes, at most 1048576 are allowed");
}

#[test]
fn bytes_that_are_no_utf_8_refuse_their_line_only() {
    let bytes = [LINE.as_bytes(), b"\n\"M\xfcller\"\n", LINE.as_bytes()].concat();
    let outcome = outcome(reader(Format::Ndjson, &bytes, None));
    assert_eq!((outcome.acts.len(), outcome.refused.len()), (2, 1));
    let place = LINE.len() + 3;
    assert_eq!(outcome.refused[0].reason, format!("byte {place} of the file's text is not UTF-8"));
}

#[test]
fn only_foreign_logs_need_a_mapping() {
    let said = try_reader(Format::Csv, b"", None).unwrap_err().to_string();
    assert_eq!(said, "the format csv needs a mapping file; name one with --map");
    let said = crate::import::open(Format::Ndjson, Path::new("x"), Some(mapping(MAPPING)));
    assert!(said.unwrap_err().to_string().contains("takes no mapping"));
    assert_eq!("xes".parse(), Ok(Format::Xes));
    assert!("xml".parse::<Format>().unwrap_err().contains("xes, csv and ndjson"));
}
