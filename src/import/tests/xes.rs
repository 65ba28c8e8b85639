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
    let marks = log(&format!("<string key=\"a\" value=\"{}\"/>", "'".repeat(3 << 20)));
    let said = failure(&marks);
    assert!(said.contains("`a-file` line 2") && said.contains("more than 1048576 bytes"), "{said}");
}

#[test]
fn what_is_too_large_is_refused_and_the_rest_is_read() {
    let huge = "x".repeat(2 << 20);
    let text = log(&format!(
        "<!--{huge}-->\n{}{}",
        trace("c1", &format!("{}{}{}", look(), event(&huge, "2011-10-11T13:45:40Z"), look())),
        trace(&huge, &look()),
    ));
    let outcome = read(Format::Xes, &text);
    assert!(outcome.failure.is_none(), "{:?}", outcome.failure);
    assert_eq!(outcome.acts.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 6]);
    let found: Vec<_> = outcome.refused.iter().map(|r| (r.line, r.field.as_deref())).collect();
    let name = Some("concept:name");
    assert_eq!(found, [(2, None), (5, name), (9, name)], "{found:?}");
    for refused in &outcome.refused {
        assert!(refused.reason.contains("more than 1048576 bytes"), "{}", refused.reason);
        assert!(refused.raw.len() <= 4096);
    }
    assert!(outcome.refused[1].raw.starts_with("<event><string key=\"concept:name\" value=\"xx"));
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
    let said = outcome.failure.unwrap().to_string();
    assert!(said.starts_with("`a-file` line 5 (byte") && said.contains("it is cut off"), "{said}");
    let after_event = whole.rfind("</trace>").unwrap();
    let outcome = read(Format::Xes, &whole[..after_event]);
    assert_eq!(outcome.acts.len(), 3);
    assert!(outcome.failure.unwrap().to_string().contains("it is cut off"));
}

/// Each `#` becomes a byte that is no UTF-8.
fn spoilt(text: &str) -> Outcome {
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == b'#' { 0xfc } else { byte }).collect();
    outcome(reader(Format::Xes, &bytes, Some(mapping(MAPPING))))
}

#[test]
fn a_byte_that_is_no_utf_8_refuses_its_event_alone() {
    let at = "2011-10-11T13:45:40Z";
    let other = format!(
        "<event><string key=\"note\" value=\"M#ller\"/>{}",
        look().trim_start_matches("<event>")
    );
    let nested = look().replace("</event>", "<list key=\"l\"><int key=\"#\"/></list></event>");
    let text = look().replace("<date", "gr#n<date");
    let events = [look(), event("M#ller", at), other, nested, text, look()].concat();
    let outcome = spoilt(&log(&trace("c1", &events)));
    assert!(outcome.failure.is_none(), "{:?}", outcome.failure);
    assert_eq!(outcome.acts.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 8]);
    let found: Vec<_> =
        outcome.refused.iter().map(|r| (r.line, r.field.as_deref().unwrap_or("-"))).collect();
    assert_eq!(found, [(4, "concept:name"), (5, "note"), (6, "\u{fffd}"), (7, "text")]);
    let first = &outcome.refused[0];
    assert!(first.reason.starts_with("line 4 (byte ") && first.reason.ends_with("is not UTF-8"));
    assert!(first.raw.starts_with("<event>") && first.raw.contains("M\u{fffd}ller"));
    // The ids of the others stay what they are when the byte is mended.
    let mended = read(Format::Xes, &log(&trace("c1", &events)).replace('#', "u"));
    assert_eq!(mended.acts[5].1.submission().id, outcome.acts[1].1.submission().id);
}

#[test]
fn a_byte_that_is_no_utf_8_refuses_its_trace_where_the_case_holds_it() {
    let inside = format!("{}{}", trace("c#1", &look().repeat(2)), trace("c2", &look()));
    let about = format!("<string key=\"remark\" value=\"#\"/>{}", look());
    let outcome = spoilt(&log(&format!("<!-- gr#n -->\n{inside}{}", trace("c3", &about))));
    assert!(outcome.failure.is_none(), "{:?}", outcome.failure);
    assert_eq!(outcome.acts.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [8]);
    let found: Vec<_> =
        outcome.refused.iter().map(|r| (r.line, r.field.as_deref().unwrap_or("-"))).collect();
    let name = "concept:name";
    assert_eq!(found, [(2, "-"), (4, name), (5, name), (11, "remark")]);
    assert!(outcome.refused[0].reason.ends_with("is not UTF-8; no case stands there"));
    assert!(outcome.refused[1].reason.contains("in the trace of line 3: line 3 (byte"));
}

#[test]
fn a_character_cut_by_the_end_of_a_buffer_is_whole() {
    // Whatever the size of a buffer is, some of these characters lie across its end.
    let text = log(&trace("c1", &event(&"王é".repeat(20), "2011-10-11T13:45:40Z").repeat(4_000)));
    for padding in 0..3 {
        let text = text.replacen("<log>", &format!("<log>{}", " ".repeat(padding)), 1);
        assert_eq!(read_whole(Format::Xes, &text).len(), 4_000);
    }
}

#[test]
fn a_byte_in_a_tags_own_name_ends_the_reading_where_it_makes_the_tags_unequal() {
    let outcome = spoilt(&log(&trace("c1", &look()).replace("</trace>", "</tr#ce>")));
    assert_eq!(outcome.acts.len(), 1);
    let said = outcome.failure.unwrap().to_string();
    assert!(said.contains("cannot be read on from here, since line 4 (byte"), "{said}");
}

#[test]
fn a_file_that_stops_within_a_character_gives_the_whole_events_before_that() {
    let whole = log(&trace("c1", &format!("{}{}", look(), event("Zoë", "x")))).into_bytes();
    let cut = whole.iter().position(|byte| *byte == 0xc3).unwrap() + 1;
    let outcome = outcome(reader(Format::Xes, &whole[..cut], Some(mapping(MAPPING))));
    assert_eq!(outcome.acts.len(), 1);
    assert!(outcome.failure.unwrap().to_string().contains("`a-file` line 4"));
}
