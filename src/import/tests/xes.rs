//! XES: every trap of a foreign log.

use super::*;

fn event(name: &str, at: &str) -> String {
    format!(
        "<event><string key=\"concept:name\" value=\"{name}\"/>\
         <date key=\"time:timestamp\" value=\"{at}\"/></event>\n"
    )
}

fn look() -> String {
    event("Look", "2011-10-11T13:45:40.000+02:00")
}

fn trace(name: &str, events: &str) -> String {
    format!("<trace><string key=\"concept:name\" value=\"{name}\"/>\n{events}</trace>\n")
}

fn log(inside: &str) -> String {
    format!("<log>\n{inside}</log>\n")
}

fn failure(text: &str) -> String {
    read(Format::Xes, text).failure.unwrap().to_string()
}

#[test]
fn what_surrounds_the_traces_is_passed_over_however_it_is_nested() {
    let text = format!(
        "<?xml version='1.0' encoding='utf-8'?>\n<!-- made by hand -->\n\
         <log xes.version=\"2.0\" xmlns=\"http://www.xes-standard.org/\">\n\
         <extension name=\"Concept\" prefix=\"concept\" uri=\"http://a/concept.xesext\"/>\n\
         <global scope=\"trace\"><string key=\"concept:name\" value=\"name\"/></global>\n\
         <global scope=\"event\">\
         <date key=\"time:timestamp\" value=\"2000-01-01T00:00:00Z\"/></global>\n\
         <classifier name=\"Activity\" keys=\"concept:name\"/>\n\
         <float key=\"meta\" value=\"1.5\">\
         <int key=\"a\" value=\"1\"><int key=\"trace\" value=\"2\"/></int></float>\n\
         <list key=\"l\"><values>\
         <string key=\"concept:name\" value=\"no\"/></values></list>\n{}</log>",
        trace(
            "c1",
            &format!(
                "<string key=\"deadline\" value=\"2011-12-06T00:00:00Z\">\
             <string key=\"concept:name\" value=\"nested\"/></string>\
             <container key=\"x\"><string key=\"concept:name\" value=\"no\"/></container>{}{}",
                look(),
                "<event><list key=\"l\"><values>\
             <string key=\"org:resource\" value=\"no\"/></values></list>\
             <string key=\"concept:name\" value=\"Grant\">\
             <string key=\"org:resource\" value=\"no\"/></string>\
             <date key=\"time:timestamp\" value=\"2011-10-12T13:45:40Z\"/></event>"
            )
        )
    );
    let acts = read_whole(Format::Xes, &text);
    assert_eq!(acts.len(), 2);
    assert_eq!(
        body(&acts[0]),
        r#"{"step":"Look","source_statement":{"due_at":"2011-12-06T01:00:00+01:00"}}"#
    );
    assert_eq!(acts[1].submission().event, "case.DecisionMade");
    assert_eq!(acts[1].submission().actor.role, None, "a nested attribute is not the event's own");
}

#[test]
fn a_log_gives_the_same_bytes_as_xes_and_as_csv() {
    let xes = log(&trace(
        "NA",
        &format!(
            "<date key=\"deadline\" value=\"2011-12-05T23:00:00.000+00:00\"/>{}\
         <event><date key=\"time:timestamp\" value=\"2011-10-11T11:45:40.276+00:00\"/>\
         <int key=\"org:resource\" value=\"007\"/>\
         <string key=\"concept:name\" value=\"Zo&#235; &amp; &quot;co&quot;, &#x738B;\"/>\
         <string key=\"lifecycle:transition\" value=\"complete\"/></event>",
            event("Accept", "2011-10-11T11:45:40+00:00")
        ),
    ));
    let csv = "case:concept:name,concept:name,time:timestamp,org:resource,case:deadline\n\
               NA,Accept,2011-10-11 13:45:40+02:00,,2011-12-06 00:00:00+01:00\n\
               NA,\"Zoë & \"\"co\"\", 王\",2011-10-11 13:45:40.276000+02:00,007,\
               2011-12-06 00:00:00+01:00\n";
    let (xes, csv) = (read_whole(Format::Xes, &xes), read_whole(Format::Csv, csv));
    assert_eq!(xes.len(), 2);
    assert!(xes.iter().map(envelope).eq(csv.iter().map(envelope)));
}

#[test]
fn lines_are_those_of_the_events() {
    let text = log(&trace("c1", &format!("{}{}", look(), look())));
    let lines: Vec<_> = read(Format::Xes, &text).acts.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [3, 4]);
}

#[test]
fn the_name_of_a_case_may_follow_its_events_and_a_case_may_come_in_two_traces() {
    let first = format!("<trace>{}<string key=\"concept:name\" value=\"c1\"/></trace>", look());
    let acts = read_whole(Format::Xes, &log(&format!("{first}{}", trace("c1", &look()))));
    assert_eq!(acts[0].submission().stream, acts[1].submission().stream);
    assert_ne!(acts[0].submission().id, acts[1].submission().id);
}

#[test]
fn events_that_cannot_be_placed_are_refused_with_their_text() {
    let text = log(&format!(
        "<trace>\n{}</trace>\n<trace/>\n{}{}{}",
        look(),
        look(),
        trace("c1", "<event>\n<string key=\"concept:name\" value=\"Look\"/></event>\n"),
        trace(
            "c2",
            &format!(
                "{}{}<event/>{}",
                event("Look &unknown;", "2011-10-11T13:45:40Z"),
                event("Look", "2011-10-11T13:45:40"),
                "<event><string key=\"concept:name\" value=\"a\"/>\
             <string key=\"concept:name\" value=\"b\"/></event>"
            )
        ),
    ));
    let outcome = read(Format::Xes, &text);
    assert!(outcome.acts.is_empty() && outcome.failure.is_none());
    let found: Vec<_> = outcome.refused.iter().map(|r| (r.line, r.reason.as_str())).collect();
    let expect = [
        (3, "the trace of line 2 has no concept:name"),
        (5, "the trace holds no event"),
        (6, "the event stands in no trace"),
        (8, "the event has no time:timestamp"),
        (12, "unknown"),
        (13, "has no offset from UTC"),
        (14, "the event has no concept:name"),
        (14, "the attribute concept:name is there twice"),
    ];
    assert_eq!(found.len(), expect.len(), "{found:#?}");
    for (found, expect) in found.iter().zip(expect) {
        assert!(found.0 == expect.0 && found.1.contains(expect.1), "{found:?}, {expect:?}");
    }
    assert_eq!(outcome.refused[0].raw, look().trim_end());
    assert_eq!(outcome.refused[2].raw, look().trim_end());
    assert!(outcome.refused[3].raw.starts_with("<event>\n<string"));
}

#[test]
fn entities_of_a_document_type_are_never_expanded() {
    let mut types = "<!ENTITY l0 \"lol\">".to_owned();
    for n in 1..12 {
        types += &format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
    }
    let text = format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE log [{types}]>\n{}",
        log(&trace("c1", &format!("{}&l11;{}", event("&l11;", "2011-10-11T13:45:40Z"), look())))
    );
    let outcome = read(Format::Xes, &text);
    assert_eq!((outcome.acts.len(), outcome.refused.len()), (1, 1));
    assert!(outcome.refused[0].reason.contains("l11"), "{}", outcome.refused[0].reason);
}

#[test]
fn depth_and_size_have_bounds() {
    let deep = log(&"<string key=\"a\" value=\"b\">".repeat(300));
    assert!(failure(&deep).contains("nested more than 256 deep"));
    let long = log(&format!("<string key=\"a\" value=\"{}\"/>", "x".repeat(2 << 20)));
    let said = failure(&long);
    assert!(said.contains("`a-file` line 2") && said.contains("more than 1048576 bytes"), "{said}");
    let long = log(&format!("<!--{}-->", "x".repeat(2 << 20)));
    assert!(failure(&long).contains("more than 1048576 bytes"));
}

#[test]
fn what_is_no_whole_xes_says_so() {
    for (text, rule) in [
        ("", "holds no XES `log`"),
        ("<?xml version=\"1.0\"?>", "holds no XES `log`"),
        ("<pnml/>", "the document is `pnml`, not an XES `log`"),
        ("<log/><log/>", "`log` follows the end of the log"),
        ("<log><trace></log>", "not well-formed"),
        ("case,activity\n1,2\n", "holds no XES `log`"),
        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><log/>", "convert it to UTF-8"),
    ] {
        let said = failure(text);
        assert!(said.contains(rule), "{text}: {said}");
    }
}

#[test]
fn a_file_that_stops_gives_the_whole_events_before_that() {
    let whole = log(&trace("c1", &look().repeat(3)));
    let cut = whole.rfind("time:timestamp").unwrap();
    let outcome = read(Format::Xes, &whole[..cut]);
    assert_eq!((outcome.acts.len(), outcome.refused.len()), (2, 0));
    assert!(outcome.failure.unwrap().to_string().contains("`a-file` line 5"));
    let after_event = whole.rfind("</trace>").unwrap();
    let outcome = read(Format::Xes, &whole[..after_event]);
    assert_eq!(outcome.acts.len(), 3);
    assert!(outcome.failure.unwrap().to_string().contains("it is cut off"));
}

#[test]
fn bytes_that_are_no_utf_8_end_the_reading_after_what_came_before() {
    let mut bytes = log(&trace("c1", &format!("{}{}", look(), event("M#ller", "x")))).into_bytes();
    let place = bytes.iter().position(|byte| *byte == b'#').unwrap();
    bytes[place] = 0xfc;
    let outcome = outcome(reader(Format::Xes, &bytes, Some(mapping(MAPPING))));
    assert_eq!(outcome.acts.len(), 1);
    let said = outcome.failure.unwrap().to_string();
    assert!(said.starts_with("`a-file` line 4 (byte") && said.contains("is not UTF-8"), "{said}");
}
