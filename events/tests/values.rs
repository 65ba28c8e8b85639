//! 值: instants, streams and site codes, and what they refuse.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use tongjian_events::instant::{parse, text};
use tongjian_events::policy::{ComplaintRulesAdopted, ScoreRulesAdopted};
use tongjian_events::values::{Code, Limits, Name, Position, Text};
use tongjian_events::{SiteCode, StreamId, StreamKind};

#[test]
fn an_instant_without_an_offset_is_refused_and_told_how_to_be_written() {
    let said = parse("2008-07-01T09:00:00").unwrap_err();
    assert!(said.contains("has no offset") && said.contains("2008-07-01T09:00:00+08:00"), "{said}");
    assert!(parse("2008-07-01T09:00:00.5").unwrap_err().contains("has no offset"));
}

#[test]
fn a_leap_second_is_refused() {
    let said = parse("2008-12-31T23:59:60Z").unwrap_err();
    assert!(said.contains("leap second"), "{said}");
    assert!(parse("2009-01-01T07:59:60.5+08:00").unwrap_err().contains("leap second"));
}

#[test]
fn an_instant_finer_than_a_microsecond_is_refused() {
    for wrong in ["2008-07-01T09:00:00.1234567+08:00", "2008-07-01T09:00:00.000000001Z"] {
        assert!(parse(wrong).unwrap_err().contains("finer than a microsecond"), "{wrong}");
    }
}

#[test]
fn what_is_no_instant_is_refused() {
    for wrong in ["", "2008-07-01", "yesterday", "2008-02-30T09:00:00+08:00", "1214874000"] {
        assert!(parse(wrong).unwrap_err().contains("is no instant"), "{wrong}");
    }
}

#[test]
fn an_instant_keeps_its_offset_and_its_0_3_or_6_digits() {
    for kept in [
        "2008-07-01T09:00:00+08:00",
        "2008-07-01T09:00:00.123+08:00",
        "2008-07-01T09:00:00.123456+08:00",
        "2008-07-01T01:00:00+00:00",
        "2008-06-30T20:30:00.001-04:30",
    ] {
        assert_eq!(text(&parse(kept).unwrap()), kept);
    }
    assert_eq!(text(&parse("2008-07-01T01:00:00Z").unwrap()), "2008-07-01T01:00:00+00:00");
}

#[test]
fn a_stream_name_is_kept_to_the_letter() {
    for kept in ["case/NA", "case/007", "case/null", "case/1e3", "case/a/b", "window/南通-1"] {
        let stream: StreamId = kept.parse().unwrap();
        assert_eq!(stream.as_str(), kept);
        assert_eq!(format!("{}/{}", stream.kind(), stream.name()), kept);
        let json = serde_json::to_string(&stream).unwrap();
        assert_eq!(serde_json::from_str::<StreamId>(&json).unwrap(), stream);
    }
    assert_ne!("case/007".parse::<StreamId>().unwrap(), "case/7".parse().unwrap());
}

#[test]
fn what_is_no_stream_is_refused_with_the_rule() {
    for (wrong, rule) in [
        ("007", "write it as kind/name"),
        ("case/", "empty name"),
        ("cases/1", "no kind of stream"),
        ("Case/1", "no kind of stream"),
        ("case/ 1", "white space"),
        ("case/1\u{7}", "control character"),
        ("case/1\n", "white space"),
    ] {
        let said = wrong.parse::<StreamId>().unwrap_err();
        assert!(said.contains(rule), "`{wrong}`: {said}");
    }
    let longest = "鑑".repeat(StreamId::MAX_NAME_BYTES / 3);
    assert!(StreamId::new(StreamKind::Case, &longest).is_ok());
    assert!(StreamId::new(StreamKind::Case, &format!("{longest}鑑")).is_err());
}

fn site(code: &str) -> SiteCode {
    SiteCode::new(code).unwrap()
}

#[test]
fn a_site_code_holds_its_own_subtree_and_nothing_beside_it() {
    let nantong = site("320600000000");
    let qidong = site("320681000000");
    let town = site("320681105000");
    let village = site("320681105201");
    assert_eq!(nantong.subtree_prefix(), "3206");
    assert_eq!(qidong.subtree_prefix(), "320681");
    assert_eq!(town.subtree_prefix(), "320681105");
    assert_eq!(village.subtree_prefix(), "320681105201");
    let downwards = [&nantong, &qidong, &town, &village];
    for (above, upper) in downwards.iter().enumerate() {
        for (below, lower) in downwards.iter().enumerate() {
            assert_eq!(upper.holds(lower), above <= below, "{upper} and {lower}");
        }
    }
    assert!(!qidong.holds(&site("320682000000")));
    assert!(!village.holds(&site("320681105202")));
}

#[test]
fn a_site_code_of_its_own_holds_only_itself() {
    let own = site("kaifaqu-1");
    assert!(own.holds(&own));
    assert!(!own.holds(&site("kaifaqu-11")));
    assert!(!site("3206").holds(&site("320681105201")));
}

#[test]
fn a_site_code_with_other_characters_is_refused() {
    for wrong in ["", "3206 81", "a/b", "%", &"9".repeat(65)] {
        assert!(SiteCode::new(wrong).is_err(), "`{wrong}`");
    }
}

#[test]
fn a_text_says_which_rule_it_breaks() {
    for (wrong, rule) in
        [("", "is empty"), (" a", "white space"), ("a\u{3000}", "white space"), ("a\tb", "U+0009")]
    {
        let said = Name::new(wrong).unwrap_err();
        assert!(said.contains(rule), "{wrong:?}: {said}");
    }
    assert!(Text::new("第一行\n第二行").is_ok());
    assert!(Code::new(&"碼".repeat(Code::MAX_CHARS)).is_ok());
    let said = Code::new(&"碼".repeat(Code::MAX_CHARS + 1)).unwrap_err();
    assert_eq!(said, "the text has 65 characters, at most 64 are allowed");
}

#[test]
fn a_position_is_a_whole_number_from_1_as_text() {
    let read = |json: &str| serde_json::from_str::<Position>(json);
    assert_eq!(read("\"18446744073709551615\"").unwrap(), Position(u64::MAX));
    for wrong in ["\"0\"", "\"01\"", "\"-1\"", "\"+1\"", "\"\"", "\"18446744073709551616\"", "1"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn limits_may_both_be_absent() {
    assert_eq!(serde_json::from_str::<Limits>("{}").unwrap(), Limits::default());
}

const SCORES: &str = include_str!("../data/policies/scores.json");
const COMPLAINTS: &str = include_str!("../data/policies/complaints.json");

/// A shipped policy with one piece of its text replaced.
fn policy(text: &str, piece: &str, by: &str) -> String {
    assert!(text.contains(piece), "`{piece}` is not in the policy");
    text.replacen(piece, by, 1)
}

#[test]
fn weights_that_do_not_sum_to_a_hundred_are_refused_with_both_numbers() {
    let piece = "\"part\": \"openness\",\n        \"weight_hundredths\": 1000";
    let text = policy(SCORES, piece, &piece.replace("1000", "800"));
    let refused = serde_json::from_str::<ScoreRulesAdopted>(&text).unwrap_err().to_string();
    assert!(refused.contains("the weights sum to 98.00, not to 100.00 points"), "{refused}");
    let twice = policy(SCORES, "\"openness\"", "\"process\"");
    let refused = serde_json::from_str::<ScoreRulesAdopted>(&twice).unwrap_err().to_string();
    assert!(refused.contains("the part `process` is there twice"), "{refused}");
}

#[test]
fn a_deduction_that_adds_points_is_refused_by_its_name() {
    let text = policy(SCORES, "\"points_hundredths\": -300", "\"points_hundredths\": 300");
    let refused = serde_json::from_str::<ScoreRulesAdopted>(&text).unwrap_err().to_string();
    assert!(refused.contains("the deduction `warning` adds 3.00 points"), "{refused}");
}

#[test]
fn a_form_whose_parts_miss_its_base_is_refused_with_both_numbers() {
    let piece = "\"base_hundredths\": 10000";
    let text = policy(SCORES, piece, "\"base_hundredths\": 9000");
    let refused = serde_json::from_str::<ScoreRulesAdopted>(&text).unwrap_err().to_string();
    let rule = "the parts of `county_window` sum to 100, not to its base of 90";
    assert!(refused.contains(rule), "{refused}");
}

#[test]
fn a_kind_of_complaint_that_belongs_to_two_organs_is_refused_with_both() {
    let text = policy(COMPLAINTS, "\"category\": \"charging\"", "\"category\": \"attitude\"");
    let refused = serde_json::from_str::<ComplaintRulesAdopted>(&text).unwrap_err().to_string();
    let rule = "complaints of `attitude` go to `service_centre` and to `rectification_office`";
    assert!(refused.contains(rule), "{refused}");
}
