//! 內容: what every body refuses, and what the limits refuse.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod support;

use serde_json::{Value, json};
use support::sample::sample;
use tongjian_events::{Act, CATALOG, Refusal, Row, Submission};

fn refusal(event: &str, body: &Value) -> (String, String) {
    let row = CATALOG.iter().find(|row| row.wire_name() == event).unwrap();
    match row.decode(row.version, &body.to_string()) {
        Err(Refusal::BodyDoesNotMatchSchema { field, rule }) => (field, rule),
        other => panic!("{event} {body} gave {other:?}"),
    }
}

/// The samples of a row: the smallest one, then full ones with different words.
fn samples(row: &Row) -> Vec<Value> {
    let schema = serde_json::to_value(row.schema()).unwrap();
    let full = (0..4).map(|choice| sample(&schema, true, choice));
    [sample(&schema, false, 0)].into_iter().chain(full).collect()
}

/// The JSON pointers of all objects in `value`.
fn objects(at: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(at.to_owned());
            for (name, member) in members {
                objects(&format!("{at}/{name}"), member, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(&format!("{at}/{index}"), item, found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_body_that_its_schema_describes_is_read_and_written_back() {
    for row in CATALOG {
        for body in samples(row) {
            let event = row.decode(row.version, &body.to_string()).unwrap_or_else(|refusal| {
                panic!("{} refuses {body}: {refusal}", row.wire_name());
            });
            assert_eq!(event.wire_name(), row.wire_name());
            let again: Value = serde_json::from_str(&event.to_json().unwrap()).unwrap();
            let sent = body.as_object().unwrap();
            let kept = sent.iter().all(|(name, value)| again.get(name) == Some(value));
            assert!(kept, "{} changed {body} to {again}", row.wire_name());
            assert_eq!(row.decode(row.version, &again.to_string()).as_ref(), Ok(&event));
        }
    }
}

#[test]
fn an_unknown_member_is_refused_by_name_wherever_it_stands() {
    for row in CATALOG {
        for body in samples(row) {
            let mut places = Vec::new();
            objects("", &body, &mut places);
            for place in places {
                let mut wrong = body.clone();
                wrong.pointer_mut(&place).unwrap()["no_such_member"] = json!(1);
                let (_, rule) = refusal(row.wire_name(), &wrong);
                let wanted = "unknown field `no_such_member`";
                assert!(rule.starts_with(wanted), "{} at `{place}`: {rule}", row.wire_name());
            }
        }
    }
}

#[test]
fn an_unknown_member_of_every_event_is_named_with_its_place() {
    for row in CATALOG {
        let (field, _) = refusal(row.wire_name(), &json!({ "no_such_member": 1 }));
        assert_eq!(field, "body.no_such_member", "{}", row.wire_name());
    }
}

#[test]
fn a_missing_member_is_refused_by_name() {
    for row in CATALOG {
        let smallest = samples(row).remove(0);
        for name in smallest.as_object().unwrap().keys() {
            let mut without = smallest.clone();
            without.as_object_mut().unwrap().remove(name);
            let (_, rule) = refusal(row.wire_name(), &without);
            assert!(rule.contains(&format!("`{name}`")), "{}: {rule}", row.wire_name());
        }
    }
}

#[test]
fn a_member_that_stands_twice_is_refused() {
    for row in CATALOG {
        let body = samples(row).remove(1);
        let (name, value) = body.as_object().unwrap().iter().next().unwrap();
        let twice = format!("{{\"{name}\":{value},\"{name}\":{value}}}");
        match row.decode(row.version, &twice) {
            Err(Refusal::BodyDoesNotMatchSchema { rule, .. }) => {
                assert!(rule.contains(&format!("duplicate field `{name}`")), "{rule}");
            }
            other => panic!("{} {twice} gave {other:?}", row.wire_name()),
        }
    }
}

#[test]
fn a_promise_past_the_statute_is_refused_with_both_numbers() {
    let limits = json!({ "promised_working_days": 25, "statutory_working_days": 20 });
    let item = json!({
        "item": "QL-0231", "name": "企业设立登记", "edition": 1, "unit": "市工商局",
        "handling": "promised", "limits": limits,
    });
    let said = "the promise of 25 working days is longer than the statutory 20";
    let accepted = json!({ "item": "QL-0231", "handling": "promised", "limits": limits });
    let changed = json!({ "limits": limits, "effective_on": "2008-07-01" });
    for (event, body) in [
        ("item.ItemRegistered", item),
        ("item.PromiseChanged", changed),
        ("case.ApplicationAccepted", accepted),
    ] {
        let (field, rule) = refusal(event, &body);
        assert_eq!(field, "body.limits");
        assert!(rule.starts_with(said), "{event}: {rule}");
    }
}

#[test]
fn a_promise_as_long_as_the_statute_is_read() {
    let row = Row::find("item.PromiseChanged", 1).unwrap();
    for promised in [0, 20] {
        let limits = json!({ "promised_working_days": promised, "statutory_working_days": 20 });
        let body = json!({ "limits": limits, "effective_on": "2008-07-01" });
        assert!(row.decode(1, &body.to_string()).is_ok());
    }
}

fn flow(limits: &Value, steps: &[u32]) -> Value {
    let steps: Vec<_> = steps
        .iter()
        .enumerate()
        .map(|(at, days)| json!({ "step": format!("S{at}"), "limit_working_days": days }))
        .collect();
    json!({ "flow": { "limits": limits, "steps": steps } })
}

#[test]
fn steps_past_the_promise_are_refused_with_both_numbers() {
    let promise = json!({ "promised_working_days": 5, "statutory_working_days": 20 });
    let (field, rule) = refusal("item.FlowDefined", &flow(&promise, &[1, 3, 2]));
    assert_eq!(field, "body.flow");
    assert!(rule.starts_with("the step limits sum to 6 working days"), "{rule}");
    assert!(rule.contains('5'), "{rule}");

    let statute = json!({ "statutory_working_days": 20 });
    let (_, rule) = refusal("item.FlowDefined", &flow(&statute, &[20, 1]));
    assert!(rule.contains("sum to 21") && rule.contains("20"), "{rule}");
}

#[test]
fn steps_that_fill_the_promise_are_read() {
    let row = Row::find("item.FlowDefined", 1).unwrap();
    let promise = json!({ "promised_working_days": 5 });
    for (limits, steps) in [(&promise, [2, 3]), (&json!({}), [600, 700])] {
        assert!(row.decode(1, &flow(limits, &steps).to_string()).is_ok());
    }
}

#[test]
fn a_period_that_ends_before_it_begins_is_refused_with_both_days() {
    let period = json!({ "from_on": "2008-07-31", "until_on": "2008-07-01" });
    let body = json!({ "period": period, "parts": [], "total_hundredths": 9500 });
    let (field, rule) = refusal("staff.AppraisalScored", &body);
    assert_eq!(field, "body.period");
    assert!(rule.contains("2008-07-31") && rule.contains("2008-07-01"), "{rule}");
}

#[test]
fn thresholds_of_indicators_that_contradict_themselves_are_refused_with_rule_and_numbers() {
    let shipped = include_str!("../data/policies/indicators.json");
    for (rule, thresholds, says) in [
        (
            "batch_entry",
            json!({ "courses": 5, "within_minutes": 10, "accepted_to_ended_under_minutes": 11 }),
            "D02: one case counts as entered at once within 11 minutes, but all of them only \
             within 10",
        ),
        (
            "instant_decision",
            json!({ "under_percent": 101, "working_day_minutes": 480 }),
            "D03: `under_percent` is 101 per cent, a share has at most 100",
        ),
        (
            "zero_cases",
            json!({ "quarters": 5, "least_cases_elsewhere": 1 }),
            "D04: 5 quarters in a row, at most 4 are looked at",
        ),
        (
            "out_of_hours",
            json!({
                "share_over_percent": 20, "least_acts": 1, "opens": "18:00", "closes": "08:00"
            }),
            "D11: it closes at 08:00, before it opens at 18:00",
        ),
        (
            "edge_clustering",
            json!({ "share_over_percent": 101, "least_ends": 1 }),
            "D13: `share_over_percent` is 101 per cent, a share has at most 100",
        ),
    ] {
        let mut body: Value = serde_json::from_str(shipped).unwrap();
        body[rule] = thresholds;
        let (field, refused) = refusal("policy.IndicatorRulesAdopted", &body);
        assert_eq!(field, format!("body.{rule}"));
        assert!(refused.starts_with(says), "{refused}");
    }
}

#[test]
fn numbers_outside_their_bounds_and_fractions_are_refused() {
    let ordered =
        |days: Value| json!({ "link": "T1", "procedure": "testing", "limit_working_days": days });
    let (field, rule) = refusal("item.SpecialLinkRegistered", &ordered(json!(1001)));
    assert_eq!(field, "body.limit_working_days");
    assert!(rule.starts_with("1001 working days is outside 0..=1000"), "{rule}");
    for wrong in [json!(-1), json!(5.0), json!(5.5), json!("5"), json!(null)] {
        let (field, _) = refusal("item.SpecialLinkRegistered", &ordered(wrong));
        assert_eq!(field, "body.limit_working_days");
    }
}

#[test]
fn a_procedure_beside_the_eight_is_refused() {
    let body = json!({ "link": "T1", "procedure": "site_visit", "limit_working_days": 3 });
    let (field, rule) = refusal("item.SpecialLinkRegistered", &body);
    assert_eq!(field, "body.procedure");
    assert!(rule.starts_with("unknown variant `site_visit`"), "{rule}");
}

#[test]
fn a_body_that_is_no_object_is_refused() {
    for row in tongjian_events::CATALOG {
        for body in ["[]", "[\"QL-1\"]", "null", "1", " [1]"] {
            let refused = row.decode(row.version, body).unwrap_err();
            assert_eq!(refused.code(), "body-does-not-match-schema", "{}", row.wire_name());
        }
    }
}

/// A submission with this body.
fn submission(row: &Row, version: u16, body: &Value) -> Submission {
    let name = if row.stream.as_str() == "policy" { "access" } else { "1" };
    let sent = json!({
        "id": "0190a6b0-0000-7000-8000-000000000001", "stream": format!("{}/{name}", row.stream),
        "event": row.wire_name(), "version": version,
        "occurred_at": "2008-07-01T09:00:00+08:00", "actor": { "kind": "staff", "id": "s-1" },
        "source": { "site": "320681105000" }, "body": body,
    });
    serde_json::from_str(&sent.to_string()).unwrap()
}

/// A pointer as refusals write it: `body.flow.steps[0]`.
fn as_field(pointer: &str) -> String {
    pointer.split('/').skip(1).fold("body".to_owned(), |field, part| {
        if part.parse::<usize>().is_ok() {
            format!("{field}[{part}]")
        } else {
            format!("{field}.{part}")
        }
    })
}

#[test]
fn a_list_in_the_place_of_an_object_is_refused_wherever_it_stands() {
    let mut tried = 0;
    for row in CATALOG {
        for body in samples(row) {
            assert!(Act::check(submission(row, row.version, &body)).is_ok(), "{body}");
            let mut places = Vec::new();
            objects("", &body, &mut places);
            for place in places {
                let members = body.pointer(&place).unwrap().as_object().unwrap().clone();
                for list in [json!([]), members.into_iter().map(|(_, member)| member).collect()] {
                    let mut wrong = body.clone();
                    *wrong.pointer_mut(&place).unwrap() = list;
                    let refused = Act::check(submission(row, row.version, &wrong)).unwrap_err();
                    let Refusal::BodyDoesNotMatchSchema { field, .. } = &refused else {
                        panic!("{} at `{place}`: {refused}", row.wire_name());
                    };
                    assert!(field.starts_with(&as_field(&place)), "{field} at `{place}`");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn a_list_read_by_position_is_named_with_its_place() {
    let refused = |event: &str, version, body: Value| {
        let row = Row::find(event, version).unwrap();
        match Act::check(submission(row, version, &body)) {
            Err(Refusal::BodyDoesNotMatchSchema { field, rule }) => (field, rule),
            other => panic!("{event} {body} gave {other:?}"),
        }
    };
    let said = |field: &str| (field.to_owned(), "an object is expected, not a list".to_owned());
    let accepted = json!({ "item": "QL-0231", "handling": "promised", "limits": [5, 20] });
    assert_eq!(refused("case.ApplicationAccepted", 2, accepted), said("body.limits"));
    let flow = json!({ "flow": { "limits": {}, "steps": [{ "step": "S1",
        "limit_working_days": 1 }, ["S2", 1]] } });
    assert_eq!(refused("item.FlowDefined", 1, flow), said("body.flow.steps[1]"));
    let id = "0190a6b0-0000-7000-8000-000000000001";
    let correction = json!({ "corrects": id, "reason": "typed twice", "approver": "s-9",
        "change": ["annulled"] });
    assert_eq!(refused("case.ActCorrected", 1, correction), said("body.change"));
    let decided = json!({ "outcome": { "granted": null } });
    let (field, rule) = refused("case.DecisionMade", 1, decided);
    assert_eq!(
        (field.as_str(), rule.as_str()),
        ("body.outcome", "text is expected, not an object")
    );
}

#[test]
fn a_list_in_the_place_of_an_actor_a_source_or_an_evidence_is_refused() {
    let text = serde_json::to_string(&submission(&CATALOG[0], 1, &json!({}))).unwrap();
    let lists = [
        ("actor", json!(["staff", "s-1", null, null])),
        ("source", json!(["320681105000", null, null, null, "window"])),
        ("evidence", json!([["photo", "sha-256:9f86d081884c7d659a2feaa0c55ad015", null]])),
    ];
    for (member, list) in lists {
        let mut sent: Value = serde_json::from_str(&text).unwrap();
        sent[member] = list;
        let refused = serde_json::from_str::<Submission>(&sent.to_string()).unwrap_err();
        assert!(refused.to_string().contains("invalid type: sequence"), "{member}: {refused}");
    }
}

#[test]
fn what_an_earlier_release_took_by_position_is_read_as_recorded() {
    let row = Row::find("case.ApplicationAccepted", 2).unwrap();
    let body = json!({ "item": "QL-0231", "handling": "promised", "limits": [5, 20] });
    assert!(Act::recorded(submission(row, 2, &body)).is_ok());
}
