//! What supervision is not to be sent: refused with the rule's name, or, where it is a fact,
//! recorded and shown as irregular with the acts it rests on.

use serde_json::{Value, json};
use tongjian::first_start;
use tongjian_events::policy::shipped_policies;

use super::{Site, notice, ten_o_clock, with};

/// An inspector's act on a day of June.
fn act(number: u64, stream: &str, event: &str, day: u64, body: Value) -> Value {
    let act = with(notice(number, stream), "event", event.into());
    let at = format!("2008-06-{day:02}T10:00:00+08:00");
    with(with(act, "occurred_at", at.into()), "body", body)
}

/// A service that has the shipped rules.
fn ruled() -> Site {
    let site = Site::with_tables();
    site.wait(first_start::run(&site.store, ten_o_clock())).unwrap();
    site
}

/// Appends; answers the positions.
fn recorded(site: &Site, acts: &[Value]) -> Vec<u64> {
    let position = |act| {
        let answer = site.post("/v1/acts", act);
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["position"].as_u64().unwrap()
    };
    acts.iter().map(position).collect()
}

/// The one line of a list of this kind, once the tables hold the position; its acts can be read.
fn irregular(site: &Site, list: &str, kind: &str, after: u64) -> (Value, Vec<u64>) {
    let path = format!("/v1/lists/{list}?kind={kind}&as_of=2008-12-31&min_position={after}");
    let answer = site.get(&path).json();
    let lines = answer["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 1, "{answer}");
    let acts = lines[0]["positions"].as_array().unwrap().iter().map(|shown| {
        assert_eq!(site.get(shown["act"].as_str().unwrap()).status, 200, "{shown}");
        shown["position"].as_u64().unwrap()
    });
    (lines[0].clone(), acts.collect())
}

/// A visit of a village room with these inspectors, by the shipped checklist.
fn visit(number: u64, inspectors: &[&str]) -> Value {
    let body = json!({ "site": "320681105201", "kind": "routine", "inspectors": inspectors,
        "checklist": "village", "checklist_edition": 1 });
    act(number, "inspection/1", "inspection.InspectionStarted", 8, body)
}

#[test]
fn an_inspection_with_one_officer_is_kept_and_seen_and_decides_nothing() {
    let site = ruled();
    let check = json!({ "check": "V05", "result": "not_in_place", "score_hundredths": 0 });
    let end = json!({ "summary": "电话未装", "not_in_place": ["facilities"] });
    let at = recorded(
        &site,
        &[
            visit(1, &["J-1", "J-1"]),
            act(2, "inspection/1", "inspection.ChecklistItemScored", 8, check),
            act(3, "inspection/1", "inspection.InspectionConcluded", 9, end),
        ],
    );
    let found = irregular(&site, "inspection_findings", "inspected_by_fewer_than_two", at[2]);
    assert_eq!((&found.0["key"], found.1), (&json!("inspection/1"), vec![at[0]]));
    let flags = format!("/v1/lists/flags?state=confirmed&as_of=2008-12-31&min_position={}", at[2]);
    assert_eq!(site.get(&flags).json()["lines"], json!([]));
}

#[test]
fn a_checklist_item_that_does_not_exist_is_kept_and_seen() {
    let site = ruled();
    let check = json!({ "check": "V99", "result": "in_place" });
    let at = recorded(
        &site,
        &[
            visit(1, &["J-1", "J-2"]),
            act(2, "inspection/1", "inspection.ChecklistItemScored", 8, check),
        ],
    );
    let (line, acts) = irregular(&site, "inspection_findings", "check_unknown", at[1]);
    assert_eq!(acts, [at[1]]);
    assert_eq!(line["detail"], "edition 1 of `village` has no check `V99`");
}

/// A yellow card by officer J-1 on a case by an edition of the ladder, told on the same day.
fn card(site: &Site, edition: u32) -> Vec<u64> {
    let given = json!({ "missing": ["form"] });
    let grounds = recorded(site, &[act(1, "case/1", "case.OneOffNoticeGiven", 2, given)]);
    let issued = json!({ "subject": { "unit": "320681105000", "case": "case/1" }, "rule": "Y02",
        "rule_edition": edition, "grounds": [grounds[0].to_string()] });
    let issued = act(2, "card/1", "card.YellowCardIssued", 2, issued);
    let issued = with(issued, "actor.id", "J-1".into());
    let told = act(3, "card/1", "card.CardNotified", 2, json!({ "to": "handler" }));
    recorded(site, &[issued, told])
}

fn appeal(number: u64, ground: &str) -> Value {
    let body = json!({ "ground": ground, "statement": "系误录",
        "evidence": ["sha-256:9f86d081884c7d659a2feaa0c55ad015"] });
    act(number, "card/1", "card.CardAppealed", 3, body)
}

#[test]
fn an_appeal_on_open_grounds_is_refused_and_one_not_admitted_is_seen() {
    let site = ruled();
    let open = site.post("/v1/acts", &appeal(4, "the_leader_pleaded"));
    let open = open.problem(422, "body-does-not-match-schema");
    assert_eq!(open["field"], "body.ground");
    let rule = open["rule"].as_str().unwrap();
    assert!(rule.contains("the_leader_pleaded") && rule.contains("lawful_pause"), "{rule}");
    // A policy of fewer grounds.
    let (_, cards) = shipped_policies().unwrap().into_iter().find(|(n, _)| *n == "cards").unwrap();
    let mut cards: Value = serde_json::from_str(&cards.to_json().unwrap()).unwrap();
    cards["appeal_grounds"] = json!(["force_majeure"]);
    cards["edition"] = 2.into();
    recorded(&site, &[act(5, "policy/cards", "policy.CardPolicyAdopted", 1, cards)]);
    let card = card(&site, 2);
    let appealed = recorded(&site, &[appeal(6, "entry_error")]);
    let kind = "appeal_ground_not_admitted";
    let (_, acts) = irregular(&site, "irregularities", kind, appealed[0]);
    assert_eq!(acts, [card[0], appealed[0]]);
}

#[test]
fn a_decision_by_the_officer_who_issued_the_card_is_kept_and_seen() {
    let site = ruled();
    let card = card(&site, 1);
    let body = json!({ "outcome": "withdrawn", "decided_by": "J-1", "reasons": "确系误录" });
    let at = recorded(
        &site,
        &[appeal(4, "entry_error"), act(5, "card/1", "card.AppealDecided", 4, body)],
    );
    let kind = "appeal_decided_by_involved";
    let (line, acts) = irregular(&site, "irregularities", kind, at[1]);
    assert_eq!((&line["key"], acts), (&json!("card/1"), vec![card[0], at[1]]));
    let detail = line["detail"].as_str().unwrap();
    assert!(detail.contains("J-1") && detail.contains("who issued the card"), "{detail}");
}

#[test]
fn a_slip_answered_after_its_last_day_is_seen() {
    let site = ruled();
    let slip = json!({ "slip": "B-1", "colour": "blue", "unit": "320681105201",
        "site": "320681105201", "flag": "premises", "matter": "未开门", "reply_working_days": 3,
        "rule": "flag-slips", "rule_edition": 1, "grounds": ["1"] });
    let answer = json!({ "slip": "B-1", "answer": "已开门" });
    let other = json!({ "slip": "B-2", "answer": "已开门" });
    let at = recorded(
        &site,
        &[
            act(1, "inspection/1", "inspection.SupervisionSlipIssued", 2, slip),
            act(2, "inspection/1", "inspection.SlipAnswered", 10, answer),
            act(3, "inspection/1", "inspection.SlipAnswered", 10, other),
        ],
    );
    let (line, acts) = irregular(&site, "inspection_findings", "slip_answered_late", at[2]);
    assert_eq!(acts, [at[0], at[1]]);
    assert_eq!(line["detail"], "the blue slip was due on 2008-06-05");
    let (_, acts) = irregular(&site, "inspection_findings", "slip_unknown", at[2]);
    assert_eq!(acts, [at[2]]);
}

#[test]
fn a_policy_that_contradicts_itself_is_refused_by_the_rules_name() {
    let site = ruled();
    for (name, place, wrong, rule) in [
        ("flags", "/thresholds/evidence_calendar_days", json!(8), "evidence_outlives_slips"),
        ("cards", "/ladder/0/points_hundredths", json!(100), "rule T01"),
        ("scores", "/formula/parts/0/weight_hundredths", json!(1100), "the weights sum to 101"),
        ("indicators", "/instant_decision/under_percent", json!(101), "D03"),
    ] {
        let (_, policy) =
            shipped_policies().unwrap().into_iter().find(|(n, _)| *n == name).unwrap();
        let mut body: Value = serde_json::from_str(&policy.to_json().unwrap()).unwrap();
        *body.pointer_mut(place).unwrap() = wrong;
        let sent = act(1, &format!("policy/{name}"), policy.wire_name(), 1, body);
        let refused = site.post("/v1/acts", &sent).problem(422, "body-does-not-match-schema");
        assert!(refused["rule"].as_str().unwrap().starts_with(rule), "{refused}");
        assert!(refused["field"].as_str().unwrap().starts_with("body."), "{refused}");
    }
}
