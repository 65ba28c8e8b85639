//! What was planted is found, all of it, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use chrono::TimeDelta;
use rand::{RngExt as _, SeedableRng as _};
use tongjian::simulate::{self, Arrival, Plan, Planted};
use tongjian_events::Entry;

use super::found::{Found, found};
use super::{all, recorded};

/// What the law makes of a fault: the card that it raises, the clock that it lets pass. They are
/// found at the same object, and are not told in the truth.
const FOLLOWS: &[(&str, &[&str])] = &[
    ("Y01", &["R02"]),
    ("deemed_accepted_by_silence", &["Y01", "R01", "R02"]),
    ("notice_given_twice", &["Y02"]),
    ("refused_without_reasons", &["Y03"]),
    ("not_accepted_without_reasons", &["Y03"]),
    ("returned_without_reasons", &["Y03"]),
    ("negative_decision_not_filed", &["Y04"]),
    ("late_entry_beyond_limit", &["Y05"]),
    ("pause_without_written_notice", &["Y06"]),
    ("pause_exceeded", &["Y06"]),
    ("fee_off_tariff", &["R04"]),
    ("fee_without_basis", &["R04"]),
    ("fee_paid_more_than_once", &["fee_off_tariff", "R04"]),
    // What was never done is not done in time either.
    ("bad_review_not_verified", &["bad_review"]),
    ("bad_review_not_fed_back", &["bad_review"]),
    ("complaint_closed_without_answer", &["complaint_answer"]),
];

pub(super) fn city(
    seed: u64,
    sites: u32,
    (from, to): (&str, &str),
    cases: u32,
    faults: u32,
) -> Plan {
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    Plan { seed, sites, from, to, cases_per_hundred_days: cases, faults_times: faults }
}

/// The rules of which something was planted; fails where planted and found differ.
pub(super) fn compare(
    plan: &Plan,
    found: &[Found],
    planted: &[Planted],
    but: &[&str],
) -> BTreeSet<String> {
    let of = |rule: &str, object: &str| (rule.to_owned(), object.to_owned());
    let judged = |rule: &str| !but.contains(&rule);
    let planted: BTreeSet<(String, String)> = planted
        .iter()
        .filter(|planted| judged(planted.rule))
        .map(|planted| of(planted.rule, &planted.object))
        .collect();
    let shown: BTreeSet<(String, String)> =
        found.iter().map(|found| of(&found.rule, &found.object)).collect();
    let missing: Vec<_> = planted.difference(&shown).collect();
    let follows = |found: &Found| {
        FOLLOWS.iter().any(|(fault, rules)| {
            rules.contains(&found.rule.as_str()) && planted.contains(&of(fault, &found.object))
        })
    };
    let invented: Vec<_> = found
        .iter()
        .filter(|found| judged(&found.rule) && !follows(found))
        .filter(|found| !planted.contains(&of(&found.rule, &found.object)))
        .collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "{plan:?}\nmissing {missing:#?}\ninvented {invented:#?}"
    );
    planted.into_iter().map(|(rule, _)| rule).collect()
}

#[test]
fn what_was_planted_is_found_and_nothing_else() {
    let spring = ("2008-03-03", "2008-06-30");
    let cities = [
        city(2008, 24, spring, 150, 150),
        city(7, 16, ("2007-12-20", "2008-07-10"), 80, 250),
        city(31, 5, ("2008-02-11", "2008-04-30"), 400, 200),
        city(12, 50, ("2008-08-18", "2008-11-03"), 40, 250),
        // Where hardly anybody comes.
        city(5, 30, spring, 5, 0),
    ];
    let judged = |plan: &Plan| {
        let (acts, summary) = all(plan);
        let found = found(&recorded(&acts), simulate::as_of(plan));
        compare(plan, &found, &summary.planted, &[])
    };
    let rules: BTreeSet<String> = std::thread::scope(|scope| {
        let cities: Vec<_> = cities.iter().map(|plan| scope.spawn(move || judged(plan))).collect();
        cities.into_iter().flat_map(|city| city.join().unwrap()).collect()
    });
    assert!(rules.len() >= 75, "{} rules: {rules:?}", rules.len());
}

/// Acts that come in up to forty minutes late, and so in another order, are judged alike by every
/// rule that does not speak of when they came in.
#[test]
fn what_comes_late_and_out_of_order_is_judged_alike() {
    let plan = city(3, 12, ("2008-03-03", "2008-05-31"), 150, 200);
    let (mut acts, summary) = all(&plan);
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    for act in &mut acts {
        let submission = act.act.submission();
        if submission.source.entry == Entry::Window {
            // What is not there yet cannot be corrected.
            let corrects = submission.event == "case.ActCorrected";
            let late = if corrects { 2_400 } else { rng.random_range(0..2_400) };
            act.received_at += TimeDelta::seconds(late);
        }
    }
    acts.sort_by_key(|act: &Arrival| act.received_at);
    let found = found(&recorded(&acts), simulate::as_of(&plan));
    let but = ["entered_at_once", "courses_at_one_sitting", "out_of_hours"];
    let rules = compare(&plan, &found, &summary.planted, &but);
    assert!(rules.len() >= 35, "{} rules: {rules:?}", rules.len());
}

/// The acts by which a fault was done are among those that its finding names, or it was done by
/// doing nothing.
#[test]
fn the_truth_names_acts_that_show_what_was_done() {
    let plan = city(2008, 16, ("2008-03-03", "2008-05-31"), 150, 150);
    let (acts, summary) = all(&plan);
    let found = found(&recorded(&acts), simulate::as_of(&plan));
    let mut beside: BTreeMap<&str, &Planted> = BTreeMap::new();
    for planted in summary.planted.iter().filter(|planted| !planted.positions.is_empty()) {
        let shows = |found: &&Found| {
            found.rule == planted.rule
                && found.object == planted.object
                && found.positions.iter().any(|at| planted.positions.contains(at))
        };
        if !found.iter().any(|found| shows(&found)) {
            beside.insert(planted.rule, planted);
        }
    }
    // A card names what its finding names.
    beside.remove("W01");
    assert!(beside.is_empty(), "{beside:#?}");
}

#[test]
fn the_truth_is_written_the_same_twice() {
    let folder = tempfile::tempdir().unwrap();
    let truth = |name: &str| {
        let path = folder.path().join(format!("{name}.json"));
        let output = Command::new(env!("CARGO_BIN_EXE_tongjian"))
            .args(["simulate", "--sites", "8", "--to", "2008-03-31", "--faults", "100", "--data"])
            .arg(folder.path().join(format!("{name}.db")))
            .arg("--truth")
            .arg(&path)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        std::fs::read_to_string(path).unwrap()
    };
    let first = truth("first");
    assert_eq!(first, truth("second"));
    let read: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!((&read["seed"], &read["to"]), (&2008.into(), &"2008-03-31".into()));
    let planted = read["planted"].as_array().unwrap();
    assert!(planted.len() > 5, "{first}");
    for fault in planted {
        assert!(fault["rule"].is_string() && fault["object"].is_string(), "{fault}");
        assert!(fault["arises_on"].is_string() && fault["positions"].is_array(), "{fault}");
    }
}
