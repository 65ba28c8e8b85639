//! 信封: from a submission to exact bytes and back.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::{Value, json};
use tongjian_events::{Act, Event, Place, Recorded, Refusal, Submission};

fn place() -> Place {
    let recorded_at = DateTime::parse_from_rfc3339("2008-07-01T01:02:03.000456Z").unwrap().to_utc();
    Place { position: 9_007_199_254_740_993, stream_version: 2, recorded_at }
}

/// A submission of `event` whose body is this text.
fn submission(event: &str, version: u16, body: &str) -> Submission {
    let kind = event.split('.').next().unwrap();
    let json = format!(
        r#"{{ "id": "0190a6b0-0000-7000-8000-000000000001", "stream": "{kind}/NA",
             "event": "{event}", "version": {version},
             "occurred_at": "2008-07-01T09:00:00+08:00",
             "actor": {{ "kind": "staff", "id": "S-17", "role": "窗口负责人" }},
             "source": {{ "site": "320681105000", "window": "3" }},
             "evidence": [{{ "kind": "scan", "digest": "sha-256:9f86" }}],
             "correlation": "M-1", "body": {body} }}"#
    );
    serde_json::from_str(&json).unwrap()
}

/// A correction, the one body that may hold any JSON value.
fn correction(now: &str) -> Submission {
    let body = format!(
        r#"{{ "corrects": "0190a6b0-0000-7000-8000-000000000002", "reason": "录入错误",
             "approver": "S-1",
             "change": {{ "kind": "field", "field": "limits", "was": null, "now": {now} }} }}"#
    );
    submission("case.ActCorrected", 1, &body)
}

fn rule_broken(submission: Submission) -> String {
    match Act::check(submission) {
        Err(Refusal::Malformed { rule } | Refusal::BodyDoesNotMatchSchema { rule, .. }) => rule,
        other => panic!("{other:?}"),
    }
}

/// Any JSON that the envelope admits: ASCII names, whole numbers within 2^53 - 1.
fn admitted() -> impl Strategy<Value = Value> {
    let exact = (1_i64 << 53) - 1;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-exact..=exact).prop_map(Value::from),
        proptest::collection::vec(any::<char>(), 0..12)
            .prop_map(|chars| Value::from(chars.into_iter().collect::<String>())),
    ];
    let name = proptest::collection::vec(0_u8..128, 0..6)
        .prop_map(|bytes| bytes.into_iter().map(char::from).collect::<String>());
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_bytes_are_those_of_another_implementation_of_rfc_8785(now in admitted()) {
        let act = Act::check(correction(&now.to_string())).unwrap();
        let envelope = act.envelope(&place());
        let value: Value = serde_json::from_slice(&envelope).unwrap();
        prop_assert_eq!(&value["body"]["change"]["now"], &now);
        prop_assert_eq!(serde_json_canonicalizer::to_vec(&value).unwrap(), envelope);
    }

    #[test]
    fn what_was_recorded_reads_back_as_the_same_act(now in admitted()) {
        let act = Act::check(correction(&now.to_string())).unwrap();
        let recorded = Recorded::read(&act.envelope(&place())).unwrap();
        prop_assert_eq!(recorded.place, place());
        prop_assert_eq!(&recorded.event, act.event());
        prop_assert!(recorded.says_the_same_as(&act));
        let again = Act::check(recorded.submission).unwrap();
        prop_assert_eq!(again.envelope(&place()), act.envelope(&place()));
    }
}

#[test]
fn the_order_and_spacing_of_members_make_no_other_act() {
    let one = Act::check(correction(r#"{ "b": 1, "a": [ 2 ] }"#)).unwrap();
    let other = Act::check(correction(r#"{"a":[2],"b":1}"#)).unwrap();
    assert_eq!(one.envelope(&place()), other.envelope(&place()));
    assert!(Recorded::read(&one.envelope(&place())).unwrap().says_the_same_as(&other));
}

#[test]
fn another_value_makes_another_act() {
    let recorded = Act::check(correction("1")).unwrap().envelope(&place());
    let other = Act::check(correction("2")).unwrap();
    assert!(!Recorded::read(&recorded).unwrap().says_the_same_as(&other));
}

#[test]
fn a_member_that_stands_twice_is_refused_however_deep() {
    for twice in [r#"{"a":1,"a":1}"#, r#"[{"b":{"a":1,"c":0,"a":2}}]"#, r#"{"a":1,"\u0061":2}"#] {
        let rule = rule_broken(correction(twice));
        assert!(rule.contains("the member `a` stands twice"), "{twice}: {rule}");
    }
    let rule = rule_broken(submission("case.StepStarted", 1, r#"{"step":"A","step":"B"}"#));
    assert!(rule.contains("duplicate field `step`"), "{rule}");
}

#[test]
fn a_member_that_stands_twice_in_a_retired_body_is_refused() {
    let body = r#"{ "item": "QL-0231", "item": "QL-0232", "limit_working_days": 5 }"#;
    let rule = rule_broken(submission("case.ApplicationAccepted", 1, body));
    assert!(rule.contains("the member `item` stands twice"), "{rule}");
}

#[test]
fn floats_and_numbers_past_2_to_the_53_are_refused() {
    for wrong in ["1.5", "1.0", "1e3", "-0.0", "9007199254740992", "-9007199254740992", "1e400"] {
        let sent = format!(
            r#"{{"corrects":"0190a6b0-0000-7000-8000-000000000002","reason":"r",
            "approver":"S-1","change":{{"kind":"field","field":"f","was":null,"now":{wrong}}}}}"#
        );
        let rule = rule_broken(submission("case.ActCorrected", 1, &sent));
        assert!(rule.contains("no whole number") || rule.contains("out of range"), "{rule}");
    }
    assert!(Act::check(correction("9007199254740991")).is_ok());
}

#[test]
fn a_member_name_that_is_not_ascii_is_refused() {
    assert!(rule_broken(correction(r#"{"時限":1}"#)).contains("is not ASCII"));
}

#[test]
fn an_event_in_the_stream_of_another_kind_is_refused() {
    let mut sent = submission("case.StepStarted", 1, r#"{"step":"A"}"#);
    sent.stream = "window/1".parse().unwrap();
    assert!(matches!(Act::check(sent), Err(Refusal::StreamOfOtherKind { .. })));
}

#[test]
fn an_id_that_is_no_uuid_of_version_7_is_refused_first() {
    let mut sent = submission("case.NoSuchEvent", 1, "{}");
    sent.id = "6ba7b810-9dad-41d1-80b4-00c04fd430c8".parse().unwrap();
    assert!(matches!(Act::check(sent), Err(Refusal::IdNotVersion7 { .. })));
}

#[test]
fn an_unknown_event_and_an_unknown_version_are_refused() {
    let unknown = Act::check(submission("case.NoSuchEvent", 1, "{}")).unwrap_err();
    assert_eq!(unknown, Refusal::EventUnknown { event: "case.NoSuchEvent".into() });
    let newer = Act::check(submission("case.ApplicationAccepted", 3, "{}")).unwrap_err();
    assert!(matches!(newer, Refusal::VersionUnknown { version: 3, present: 2, .. }));
}

#[test]
fn an_act_larger_than_an_envelope_may_be_is_refused() {
    let long = format!("\"{}\"", "a".repeat(Act::MAX_BYTES));
    assert!(matches!(Act::check(correction(&long)), Err(Refusal::TooLarge { .. })));
}

#[test]
fn an_acceptance_of_version_1_reads_as_version_2_and_keeps_its_bytes() {
    let old = r#"{ "item": "QL-0231", "limit_working_days": 5 }"#;
    let act = Act::check(submission("case.ApplicationAccepted", 1, old)).unwrap();
    let Event::ApplicationAccepted(body) = act.event() else { panic!("{:?}", act.event()) };
    assert_eq!(body.limits.promised_working_days.unwrap().get(), 5);
    assert_eq!(body.limits.statutory_working_days, None);

    let envelope: Value = serde_json::from_slice(&act.envelope(&place())).unwrap();
    assert_eq!(envelope["version"], 1);
    assert_eq!(envelope["body"], json!({ "item": "QL-0231", "limit_working_days": 5 }));
    let recorded = Recorded::read(&act.envelope(&place())).unwrap();
    assert_eq!(&recorded.event, act.event());
    assert!(recorded.says_the_same_as(&act));
}
