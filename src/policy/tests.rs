//! A policy is known by its members, and refused with the rule it breaks.

#![allow(clippy::unwrap_used, reason = "tests fail by panic")]

use serde_json::json;
use tongjian_events::policy::shipped_policies;

use super::*;

fn text(name: &str) -> Value {
    let shipped = shipped_policies().unwrap();
    let (_, event) = shipped.iter().find(|(of, _)| *of == name).unwrap();
    serde_json::from_str(&event.to_json().unwrap()).unwrap()
}

#[test]
fn every_policy_is_known_by_its_members_whatever_its_file_is_called() {
    for (name, _) in shipped_policies().unwrap() {
        assert_eq!(name_of(&text(name).to_string(), "draft").unwrap(), name);
    }
    assert_eq!(name_of("{}", "checklist_village").unwrap(), "checklist-village");
}

#[test]
fn a_text_that_breaks_a_rule_is_refused_with_that_rule_whatever_its_file_is_called() {
    let mut cards = text("cards");
    let row = cards["ladder"][0].clone();
    cards["ladder"].as_array_mut().unwrap().push(row);
    let name = name_of(&cards.to_string(), "draft").unwrap();
    let refused = read(&name, &cards.to_string()).unwrap_err().to_string();
    assert!(refused.contains("rule T01 stands twice"), "{refused}");
}

#[test]
fn one_checklist_is_not_adopted_as_another() {
    let refused = read("checklist-township", &text("checklist-village").to_string()).unwrap_err();
    let PolicyError::OtherChecklist { checklist, .. } = refused else {
        unreachable!("{refused}");
    };
    assert_eq!(checklist, "village");
}

#[test]
fn what_is_no_policy_and_what_is_no_json_are_told_apart() {
    let other = json!({ "edition": 1, "effective_on": "2008-01-01", "shape": "round" });
    assert!(matches!(name_of(&other.to_string(), "draft"), Err(PolicyError::Unknown { .. })));
    assert!(matches!(name_of("{\"edition\":", "draft"), Err(PolicyError::Malformed { .. })));
}

fn hamlet(code: &str) -> Value {
    let mut list = text("checklist-village");
    list["checklist"] = code.into();
    list
}

#[test]
fn a_checklist_that_no_release_ships_is_named_by_its_own_code() {
    let list = hamlet("hamlet").to_string();
    assert_eq!(name_of(&list, "draft").unwrap(), "checklist-hamlet");
    assert!(read("checklist-hamlet", &list).is_ok());
    assert!(matches!(read("checklist-town", &list), Err(PolicyError::OtherChecklist { .. })));
    let bad = name_of(&hamlet(" hamlet").to_string(), "draft").unwrap_err();
    assert!(matches!(bad, PolicyError::ChecklistCode { .. }), "{bad}");
    assert!(matches!(read("checklist-", &list), Err(PolicyError::Unknown { .. })));
}

#[test]
fn a_policy_that_contradicts_itself_is_refused_before_it_is_adopted() {
    let mut list = hamlet("hamlet");
    list["checks"] = json!([]);
    let refused = read("checklist-hamlet", &list.to_string()).unwrap_err().to_string();
    assert!(refused.contains("one_check_at_least"), "{refused}");
    let mut flags = text("flags");
    flags["thresholds"]["red_slip_working_days"] = 0.into();
    let refused = read("flags", &flags.to_string()).unwrap_err().to_string();
    assert!(refused.contains("slip_can_be_answered"), "{refused}");
}
