//! 規則的自洽: every number of a shipped policy that would contradict another, or make its rule say
//! nothing, is refused by the rule's name, at its place; what just does not is taken.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use serde_json::{Value, json};
use tongjian_events::policy::{shipped_clock_rules, shipped_policies};
use tongjian_events::{Act, Event, Refusal};

fn policies() -> Vec<(&'static str, Event)> {
    let clock = Event::from(shipped_clock_rules().unwrap());
    shipped_policies().unwrap().into_iter().chain([("clock-rules", clock)]).collect()
}

/// Sends a shipped policy with one place said otherwise; `Err` is the field and the rule.
fn sent(name: &str, place: &str, value: &Value) -> Result<(), (String, String)> {
    let (_, policy) = policies().into_iter().find(|(of, _)| *of == name).unwrap();
    let mut body: Value = serde_json::from_str(&policy.to_json().unwrap()).unwrap();
    let (parent, member) = place.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(list) if member == "-" => list.push(value.clone()),
        Value::Array(list) => list[member.parse::<usize>().unwrap()] = value.clone(),
        parent => parent[member] = value.clone(),
    }
    let sent = json!({
        "id": "0190a6b0-0000-7000-8000-000000000001", "stream": format!("policy/{name}"),
        "event": policy.wire_name(), "version": policy.version(),
        "occurred_at": "2008-07-01T09:00:00+08:00", "actor": { "kind": "staff", "id": "s-1" },
        "source": { "site": "320600000000" }, "body": body,
    });
    match Act::check(serde_json::from_str(&sent.to_string()).unwrap()) {
        Ok(_) => Ok(()),
        Err(Refusal::BodyDoesNotMatchSchema { field, rule }) => Err((field, rule)),
        Err(other) => panic!("{name} {place}: {other}"),
    }
}

/// Policy, place, what is refused, what just is not, and the rule.
type Row = (&'static str, &'static str, Value, Value, &'static str);

fn hold(rows: Vec<Row>) {
    for (name, place, wrong, right, rule) in rows {
        assert_eq!(sent(name, place, &right), Ok(()), "{name} {place}");
        let Err((field, refused)) = sent(name, place, &wrong) else {
            panic!("{name} {place} {wrong} was taken");
        };
        assert!(refused.starts_with(rule), "{name} {place}: {refused}");
        assert!(field.starts_with("body."), "{name} {place}: {field}");
    }
}

#[test]
fn the_shipped_policies_agree_with_themselves() {
    for (name, policy) in policies() {
        assert_eq!(tongjian_events::policy::sound(&policy), Ok(()), "{name}");
    }
}

#[test]
fn legal_limits_last_a_day_and_come_in_order() {
    hold(vec![
        ("clock-rules", "/receipt_working_days", json!(0), json!(1), "limit_of_a_day"),
        ("clock-rules", "/receipt_working_days", json!(21), json!(20), "limits_in_order"),
        ("clock-rules", "/joint_working_days", json!(19), json!(20), "limits_in_order"),
        ("clock-rules", "/card_reply_working_days", json!(0), json!(1), "limit_of_a_day"),
        ("clock-rules", "/complaint_answer_working_days", json!(4), json!(5), "limits_in_order"),
        ("clock-rules", "/petition_answer_calendar_days", json!(14), json!(15), "limits_in_order"),
    ]);
}

#[test]
fn a_reminder_comes_within_its_limit_and_a_card_can_be_answered() {
    let within = "/ladder/3/within_working_days";
    hold(vec![
        ("cards", within, json!(9), json!(5), "reminder_within_limit: W02"),
        ("cards", "/ladder/1/within_working_days", json!(11), json!(10), "reminder_within_limit"),
        ("cards", "/ladder/5/reply_working_days", json!(0), json!(1), "card_can_be_answered"),
        ("cards", "/appeal_working_days", json!(0), json!(1), "appeal_can_be_made"),
        ("cards", "/appeal_decision_working_days", json!(0), json!(1), "appeal_can_be_made"),
        ("cards", "/admonition_cards_a_year", json!(0), json!(1), "appeal_can_be_made"),
    ]);
}

#[test]
fn the_numbers_of_the_flags_leave_time_to_answer() {
    hold(vec![
        ("flags", "/thresholds/blue_slip_working_days", json!(0), json!(1), "slip_can_be_ans"),
        ("flags", "/thresholds/orange_slip_working_days", json!(0), json!(1), "slip_can_be_an"),
        ("flags", "/thresholds/red_slip_working_days", json!(0), json!(1), "slip_can_be_answ"),
        ("flags", "/thresholds/disclosure_working_days", json!(0), json!(1), "limit_of_a_day"),
        ("flags", "/thresholds/fault_working_days", json!(0), json!(1), "limit_of_a_day"),
        ("flags", "/thresholds/ledger_opened_working_days", json!(0), json!(1), "limit_of_a_day"),
        ("flags", "/thresholds/authorisation_working_days", json!(0), json!(1), "limit_of_a_day"),
        ("flags", "/thresholds/neighbours_acts_per_day", json!(0), json!(1), "neighbours_at_work"),
        ("flags", "/thresholds/recurrence_months", json!(0), json!(1), "window_not_empty"),
        ("flags", "/thresholds/two_sites_minutes", json!(1440), json!(1439), "gap_within_a_day"),
        ("flags", "/thresholds/evidence_calendar_days", json!(8), json!(9), "evidence_outlives"),
        ("flags", "/thresholds/silent_working_days", json!(16), json!(15), "span_within_two_mont"),
    ]);
}

#[test]
fn checklists_and_complaint_rules_say_each_thing_once() {
    let checks = json!([]);
    let one = json!([{ "check": "V01", "name": "牌", "flag": "premises", "blocking": true,
        "points_hundredths": 0, "source": "原文" }]);
    let name = json!({ "unit": "監察局", "organ": "supervision_bureau" });
    let other = json!({ "unit": "啟東市監察局", "organ": "supervision_bureau" });
    let village = "checklist-village";
    hold(vec![
        (village, "/checks", checks, one, "one_check_at_least"),
        (village, "/checks/0/points_hundredths", json!(-1), json!(0), "points_are_given"),
        (village, "/levels", json!([]), json!(["village"]), "levels_each_once"),
        (village, "/levels", json!(["village", "village"]), json!(["village"]), "levels_each_once"),
        ("complaints", "/bad_review_working_days", json!(0), json!(1), "limit_of_a_day"),
        ("complaints", "/petition_extension_calendar_days", json!(0), json!(1), "limit_of_a_day"),
        ("complaints", "/bad_ratings/0", json!("satisfied"), json!("dissatisfied"), "bad_is_not_s"),
        ("complaints", "/bad_ratings", json!([]), json!(["dissatisfied"]), "ratings_each_once"),
        ("complaints", "/routing/names/-", name, other, "one_row_per_kind"),
    ]);
}

#[test]
fn indicators_can_fire_and_need_not() {
    hold(vec![
        ("indicators", "/batch_entry/courses", json!(1), json!(2), "D02"),
        ("indicators", "/batch_entry/accepted_to_ended_under_minutes", json!(0), json!(1), "D02"),
        ("indicators", "/batch_entry/within_minutes", json!(1), json!(2), "D02"),
        ("indicators", "/instant_decision/under_percent", json!(0), json!(100), "D03"),
        ("indicators", "/instant_decision/working_day_minutes", json!(1441), json!(1440), "D03"),
        ("indicators", "/zero_cases/quarters", json!(0), json!(1), "D04"),
        ("indicators", "/zero_cases/least_cases_elsewhere", json!(0), json!(1), "D04"),
        ("indicators", "/volume_gap/under_percent", json!(0), json!(1), "D05"),
        ("indicators", "/licence_series/least_known_percent", json!(101), json!(100), "D06"),
        ("indicators", "/pause_abuse/least_units", json!(10), json!(11), "D07"),
        ("indicators", "/pause_abuse/share_over_percent", json!(101), json!(100), "D07"),
        ("indicators", "/clock_reset/last_share_percent", json!(101), json!(100), "D08"),
        ("indicators", "/out_of_hours/closes", json!("08:00"), json!("08:01"), "D11"),
        ("indicators", "/out_of_hours/share_over_percent", json!(101), json!(100), "D11"),
        ("indicators", "/edge_clustering/share_over_percent", json!(101), json!(100), "D13"),
        ("indicators", "/satisfaction/device_within_minutes", json!(0), json!(1), "D14"),
        ("indicators", "/satisfaction/satisfied_of_ten_thousand", json!(0), json!(1), "D14"),
        ("indicators", "/fee_anomaly/over_payments", json!(0), json!(1), "D16"),
        ("indicators", "/identity/apart_under_minutes", json!(0), json!(1), "D17"),
        ("indicators", "/corrections/share_over_percent", json!(101), json!(100), "D20"),
        ("indicators", "/sampling/true_under_percent", json!(0), json!(1), "D21"),
        ("indicators", "/sampling/least_checks", json!(0), json!(1), "D21"),
    ]);
}

#[test]
fn deductions_and_bonuses_speak_once_and_count_from_one() {
    let row = |reason: &str, more: Value| {
        let mut row = json!({ "reason": reason, "parts": ["process"], "points_hundredths": -100,
            "source": "样例" });
        for (name, value) in more.as_object().unwrap() {
            row[name] = value.clone();
        }
        row
    };
    let again = row("yellow_card", json!({ "rules": ["Y02"] }));
    let new = row("yellow_card", json!({ "rules": ["Y08"] }));
    let kind = row("warning", json!({ "categories": ["attitude"] }));
    let rules = row("bad_review_founded", json!({ "rules": ["Y02"] }));
    let of = "/formula/deductions/-";
    hold(vec![
        ("scores", of, again, new.clone(), "one_row_per_reason"),
        ("scores", of, row("yellow_card", json!({})), new.clone(), "one_row_per_reason"),
        ("scores", of, kind, new.clone(), "kinds_of_complaints_only"),
        ("scores", of, rules, new, "rules_of_cards_only"),
        ("scores", "/formula/deductions/0/every", json!(0), json!(1), "counted_from_one"),
        ("scores", "/formula/deductions/0/parts", json!([]), json!(["process"]), "parts_each_once"),
        (
            "scores",
            "/formula/bonuses/0/each_further_percent",
            json!(0),
            json!(1),
            "bonus_has_steps",
        ),
        ("scores", "/formula/bonuses/0/from_percent", json!(101), json!(100), "share_of_the_whole"),
        (
            "scores",
            "/formula/bonuses/0/reason",
            json!("promise_cut"),
            json!("early_completion"),
            "one_row_per_reason",
        ),
        (
            "scores",
            "/formula/sanctions/0/rule",
            json!("sanction.demerit"),
            json!("sanction.x"),
            "one_row_per_reason",
        ),
        ("scores", "/formula/conversion_hundredths", json!(0), json!(1), "score_can_be_had"),
        ("scores", "/batch_entry_minutes", json!(0), json!(1), "window_not_empty"),
    ]);
    let most = "/formula/deductions/21";
    let upload = |most: i64| row("upload_incomplete", json!({ "most_hundredths": most }));
    hold(vec![("scores", most, upload(-99), upload(-100), "most_not_below_each")]);
}

#[test]
fn rankings_and_forms_are_in_order() {
    hold(vec![
        ("scores", "/ranking/reply_working_days", json!(0), json!(1), "card_can_be_answered"),
        ("scores", "/ranking/admonition_in_a_row", json!(0), json!(1), "counted_from_one"),
        ("scores", "/ranking/admonition_in_a_year", json!(1), json!(2), "admonitions_in_order"),
        ("scores", "/ranking/unit_cards/1/last_places", json!(1), json!(2), "places_in_order"),
        ("scores", "/ranking/unit_cards/0/notice", json!("yellow"), json!("red"), "notices_in_ord"),
        ("scores", "/ranking/least_units", json!(2), json!(3), "somebody_is_spared"),
        ("scores", "/forms/1/levels", json!([]), json!(["village"]), "levels_each_once"),
        ("scores", "/forms/0/parts/5/part", json!("hygiene"), json!("files"), "parts_each_once"),
    ]);
    let (_, scores) = policies().into_iter().find(|(name, _)| *name == "scores").unwrap();
    let scores: Value = serde_json::from_str(&scores.to_json().unwrap()).unwrap();
    let mut form = scores["forms"][1].clone();
    let same = form.clone();
    form["levels"] = json!(["county"]);
    hold(vec![("scores", "/forms/-", same, form, "one_form_per_post")]);
}
