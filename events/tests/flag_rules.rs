//! 五個不到位規則: thresholds that contradict each other are refused with both numbers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use serde_json::{Value, json};
use tongjian_events::CATALOG;
use tongjian_events::policy::shipped_policies;

fn shipped(event: &str) -> Value {
    let policies = shipped_policies().unwrap();
    let found = policies.iter().find(|(_, policy)| policy.wire_name() == event).unwrap();
    serde_json::from_str(&found.1.to_json().unwrap()).unwrap()
}

/// Reads a body; `Err` is the refusal in words.
fn read(event: &str, body: &Value) -> Result<(), String> {
    let row = CATALOG.iter().find(|row| row.wire_name() == event).unwrap();
    row.decode(row.version, &body.to_string()).map(|_| ()).map_err(|refusal| refusal.to_string())
}

fn with(threshold: &str, number: u32) -> Result<(), String> {
    let mut body = shipped("policy.FlagRulesAdopted");
    body["thresholds"][threshold] = json!(number);
    read("policy.FlagRulesAdopted", &body)
}

#[test]
fn evidence_that_expires_before_its_slips_are_over_is_refused() {
    let why = with("evidence_calendar_days", 8).unwrap_err();
    assert!(why.contains("evidence_outlives_slips") && why.contains(" 8 ") && why.contains(" 9 "));
    assert_eq!(with("evidence_calendar_days", 9), Ok(()));
}

#[test]
fn a_span_that_no_docket_looks_back_on_is_refused() {
    let why = with("silent_working_days", 16).unwrap_err();
    assert!(why.contains("span_within_two_months") && why.contains("16") && why.contains("15"));
    assert_eq!(with("silent_working_days", 15), Ok(()));
    assert!(with("unused_quarters", 3).unwrap_err().contains("span_within_two_quarters"));
    assert!(with("window_empty_minutes", 1440).unwrap_err().contains("gap_within_a_day"));
}

#[test]
fn a_threshold_that_is_not_known_or_missing_is_refused() {
    assert!(with("patience", 3).unwrap_err().contains("patience"));
    let mut body = shipped("policy.FlagRulesAdopted");
    body["thresholds"].as_object_mut().unwrap().remove("acts_elsewhere");
    assert!(read("policy.FlagRulesAdopted", &body).unwrap_err().contains("acts_elsewhere"));
}

#[test]
fn a_checklist_in_which_a_check_stands_twice_is_refused() {
    let mut body = shipped("policy.ChecklistAdopted");
    assert_eq!(read("policy.ChecklistAdopted", &body), Ok(()));
    let first = body["checks"][0].clone();
    body["checks"].as_array_mut().unwrap().push(first);
    let why = read("policy.ChecklistAdopted", &body).unwrap_err();
    assert!(why.contains("one_line_per_check") && why.contains("T01"), "{why}");
}
