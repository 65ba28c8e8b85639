//! 發牌階梯: a ladder that contradicts itself is refused with the rules' names and both numbers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use serde_json::{Value, json};
use tongjian_events::policy::shipped_policies;
use tongjian_events::{Refusal, Row};

fn row(rule: &str, trigger: &str, level: &str, more: Value) -> Value {
    let mut row = json!({
        "rule": rule, "trigger": trigger, "level": level, "object": "case",
        "notified": ["handler"], "points_hundredths": 0, "source": "样例",
    });
    for (name, value) in more.as_object().unwrap() {
        row[name] = value.clone();
    }
    row
}

fn policy(ladder: Value) -> Value {
    json!({
        "edition": 2, "effective_on": "2008-07-01", "ladder": ladder,
        "appeal_working_days": 3, "appeal_decision_working_days": 5,
        "appeal_grounds": ["entry_error"],
    })
}

fn read(body: &Value) -> Result<(), (String, String)> {
    let catalogued = Row::find("policy.CardPolicyAdopted", 1).unwrap();
    match catalogued.decode(1, &body.to_string()) {
        Ok(_) => Ok(()),
        Err(Refusal::BodyDoesNotMatchSchema { field, rule }) => Err((field, rule)),
        Err(other) => panic!("{other:?}"),
    }
}

/// The rule of the refusal.
fn refused(ladder: Value) -> String {
    let (field, rule) = read(&policy(ladder)).unwrap_err();
    assert!(field.starts_with("body.ladder"), "{field}: {rule}");
    rule
}

fn says(ladder: Value, all: &[&str]) {
    let rule = refused(ladder);
    for part in all {
        assert!(rule.contains(part), "`{part}` is not in: {rule}");
    }
}

#[test]
fn the_shipped_ladder_is_read() {
    assert!(shipped_policies().unwrap().iter().any(|(name, _)| *name == "cards"));
}

#[test]
fn an_empty_ladder_is_refused() {
    says(json!([]), &["0 rows", "at least 1"]);
}

#[test]
fn a_rule_that_stands_twice_is_refused_with_both_rows() {
    let ladder = json!([
        row("Y01", "promise_overdue", "yellow", json!({})),
        row("Y02", "notice_repeated", "yellow", json!({})),
        row("Y01", "late_entry", "yellow", json!({})),
    ]);
    says(ladder, &["rule Y01 stands twice", "rows 1 and 3"]);
}

#[test]
fn a_reminder_without_its_days_is_refused() {
    let ladder = json!([row("T01", "promise_nearly_due", "reminder", json!({}))]);
    says(ladder, &["rule T01", "within_working_days"]);
    let ladder =
        json!([row("T01", "promise_nearly_due", "reminder", json!({"within_working_days": 1}))]);
    assert_eq!(read(&policy(ladder)), Ok(()));
}

#[test]
fn a_reminder_of_what_is_already_late_is_refused() {
    let ladder = json!([row("T01", "promise_overdue", "reminder", json!({}))]);
    says(ladder, &["rule T01", "a reminder", "promise_overdue"]);
}

#[test]
fn a_number_that_its_trigger_does_not_ask_for_is_refused() {
    for (name, number) in [
        ("within_working_days", 1),
        ("past_working_days", 2),
        ("past_percent", 150),
        ("promised_from_working_days", 10),
        ("times", 3),
    ] {
        let ladder = json!([row("Y05", "late_entry", "yellow", json!({ name: number }))]);
        says(ladder, &["rule Y05", name, &number.to_string(), "late_entry"]);
    }
}

#[test]
fn a_share_of_the_limit_that_is_not_past_it_is_refused() {
    let ladder = json!([row("R02", "promise_overdue", "red", json!({"past_percent": 100}))]);
    says(ladder, &["rule R02", "`past_percent` is 100", "more than 100"]);
    let ladder = json!([row("R02", "promise_overdue", "red", json!({"past_percent": 101}))]);
    assert_eq!(read(&policy(ladder)), Ok(()));
}

#[test]
fn a_higher_level_that_comes_first_is_refused_with_both_rules_and_numbers() {
    let ladder = json!([
        row("Y01", "promise_overdue", "yellow", json!({"past_working_days": 5})),
        row("R02", "promise_overdue", "red", json!({"past_working_days": 3})),
    ]);
    says(ladder, &["Y01 (yellow)", "R02 (red)", "3", "5 working days"]);
    let ladder = json!([
        row("Y01", "promise_overdue", "yellow", json!({"past_percent": 200})),
        row("R02", "promise_overdue", "red", json!({"past_percent": 150})),
    ]);
    says(ladder, &["Y01", "R02", "150", "200 per cent"]);
    let ladder = json!([
        row("Y01", "promise_overdue", "yellow", json!({"past_working_days": 2})),
        row("R02", "promise_overdue", "red", json!({})),
    ]);
    says(ladder, &["Y01", "R02", "at 0", "2 working days"]);
    let ladder = json!([
        row("T01", "promise_nearly_due", "reminder", json!({"within_working_days": 1})),
        row("W01", "promise_nearly_due", "warning", json!({"within_working_days": 3})),
    ]);
    says(ladder, &["T01 (reminder)", "W01 (warning)", "-3", "-1"]);
}

#[test]
fn levels_in_their_order_and_rows_for_other_promises_are_read() {
    let ladder = json!([
        row("T01", "promise_nearly_due", "reminder", json!({"within_working_days": 1})),
        row(
            "T02",
            "promise_nearly_due",
            "reminder",
            json!({"within_working_days": 3, "promised_from_working_days": 10})
        ),
        row("Y01", "promise_overdue", "yellow", json!({})),
        row("R02", "promise_overdue", "red", json!({"past_working_days": 5, "past_percent": 200})),
    ]);
    assert_eq!(read(&policy(ladder)), Ok(()));
}

#[test]
fn two_rows_that_fire_on_the_same_at_once_are_refused() {
    for level in ["yellow", "red"] {
        let ladder = json!([
            row("Y02", "notice_repeated", "yellow", json!({})),
            row("Y09", "notice_repeated", level, json!({})),
        ]);
        says(ladder, &["Y02", "Y09", "on the same"]);
    }
}

#[test]
fn points_that_are_given_are_refused() {
    let ladder =
        json!([row("Y01", "promise_overdue", "yellow", json!({"points_hundredths": 500}))]);
    says(ladder, &["rule Y01", "500", "below 0"]);
}

#[test]
fn the_higher_level_of_one_trigger_takes_no_less() {
    let ladder = |red: i64| {
        json!([
            row("Y01", "promise_overdue", "yellow", json!({"points_hundredths": -1000})),
            row(
                "R02",
                "promise_overdue",
                "red",
                json!({"past_working_days": 5, "points_hundredths": red})
            ),
        ])
    };
    says(ladder(-999), &["Y01", "R02", "takes less", "-999 and not -1000"]);
    assert_eq!(read(&policy(ladder(-1000))), Ok(()));
}

#[test]
fn past_by_no_day_is_past_and_no_second_level() {
    for red in
        [json!({"past_working_days": 0}), json!({"past_working_days": 0, "past_percent": 200})]
    {
        let ladder = json!([
            row("Y01", "promise_overdue", "yellow", json!({})),
            row("R02", "promise_overdue", "red", red),
        ]);
        says(ladder, &["Y01", "R02", "on the same"]);
    }
}

#[test]
fn a_card_that_nobody_need_answer_is_not_unanswered() {
    let ladder = |more| {
        json!([
            row("W01", "step_overdue", "warning", more),
            row("Y09", "card_unanswered", "yellow", json!({}))
        ])
    };
    says(ladder(json!({})), &["rule Y09", "can never fire"]);
    assert_eq!(read(&policy(ladder(json!({"reply_working_days": 3})))), Ok(()));
}

#[test]
fn a_card_of_which_nobody_is_told_is_refused() {
    for told in [json!([]), json!(["handler", "handler"])] {
        let ladder = json!([row("Y01", "promise_overdue", "yellow", json!({"notified": told}))]);
        says(ladder, &["rule Y01", "told"]);
    }
}

#[test]
fn what_counts_cards_says_how_many_and_counts_what_is_issued() {
    let yellow = || row("Y01", "promise_overdue", "yellow", json!({}));
    let repeated = |more| json!([yellow(), row("S02", "card_repeated", "serious", more)]);
    says(repeated(json!({})), &["rule S02", "`times` is 0", "at least 2"]);
    says(repeated(json!({"times": 1})), &["rule S02", "`times` is 1", "at least 2"]);
    assert_eq!(read(&policy(repeated(json!({"times": 2})))), Ok(()));
    let alone = json!([row("S02", "card_repeated", "serious", json!({"times": 2}))]);
    says(alone, &["rule S02", "can never fire", "0 rows"]);
    let warned =
        json!([yellow(), row("W03", "consecutive_warnings", "warning", json!({"times": 3}))]);
    says(warned, &["rule W03", "can never fire"]);
    let unanswered = json!([row("R03", "card_unanswered", "warning", json!({})), yellow()]);
    says(unanswered, &["rule R03", "can never fire"]);
}

#[test]
fn grounds_of_appeal_are_each_named_once_and_there_are_some() {
    for (grounds, said) in [
        (json!([]), "at least 1"),
        (json!(["entry_error", "entry_error", "force_majeure"]), "3 grounds are named, only 2"),
    ] {
        let mut body = policy(json!([row("Y01", "promise_overdue", "yellow", json!({}))]));
        body["appeal_grounds"] = grounds;
        let (field, rule) = read(&body).unwrap_err();
        assert!(field.starts_with("body.appeal_grounds") && rule.contains(said), "{field}: {rule}");
    }
    let mut open = policy(json!([row("Y01", "promise_overdue", "yellow", json!({}))]));
    open["appeal_grounds"] = json!(["he_is_my_friend"]);
    assert!(read(&open).is_err());
}
