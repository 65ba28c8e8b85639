//! The simulated city: the same for the same seed, lawful, and its faults are found, nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tongjian::simulate::{Arrival, CARD_WORTHY, Fault, History, Plan, Summary};
use tongjian_events::recorded::leaf;
use tongjian_events::{CATALOG, Place, Recorded, StreamKind};
use tongjian_projections::Context;
use tongjian_projections::clock::{ClockKind, Standing};
use tongjian_projections::judge::judge;
use tongjian_projections::matter::Matter;

fn plan(seed: u64, sites: u32, faults_times: u32) -> Plan {
    let to = "2008-06-30".parse().unwrap();
    Plan { seed, sites, faults_times, to, ..Plan::default() }
}

fn all(plan: &Plan) -> (Vec<Arrival>, Summary) {
    let mut history = History::new(plan).unwrap();
    let mut acts = Vec::new();
    loop {
        let mut next = history.next_acts(1_000).unwrap();
        if next.is_empty() {
            return (acts, history.summary());
        }
        acts.append(&mut next);
    }
}

fn recorded(acts: &[Arrival]) -> Vec<Recorded> {
    let mut versions: HashMap<String, u64> = HashMap::new();
    (1..)
        .zip(acts)
        .map(|(position, arrival)| {
            let stream = arrival.act.submission().stream.to_string();
            let version = versions.entry(stream).or_default();
            *version += 1;
            let recorded_at = arrival.received_at;
            let place = Place { position, stream_version: *version, recorded_at };
            Recorded::read(&arrival.act.envelope(&place)).unwrap()
        })
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let digest = |seed| {
        let (acts, _) = all(&plan(seed, 8, 1));
        let place = |at| Place { position: 1, stream_version: 1, recorded_at: at };
        acts.iter().map(|a| leaf(&a.act.envelope(&place(a.received_at)))).collect::<Vec<_>>()
    };
    let first = digest(1);
    assert!(first.len() > 1_000, "{}", first.len());
    assert_eq!(first, digest(1));
    assert_ne!(first, digest(2));
}

#[test]
fn acts_arrive_in_order_of_time_and_never_before_they_happened() {
    let (acts, summary) = all(&plan(3, 12, 1));
    assert!(acts.is_sorted_by_key(|arrival| arrival.received_at));
    for arrival in &acts {
        assert!(arrival.act.submission().occurred_at <= arrival.received_at);
    }
    let ids: BTreeSet<_> = acts.iter().map(|arrival| arrival.act.submission().id).collect();
    assert_eq!(ids.len(), acts.len());
    assert_eq!(summary.sites, 12);
    let handlings: BTreeSet<_> = acts
        .iter()
        .filter(|arrival| arrival.act.submission().event == "case.ApplicationReceived")
        .map(|arrival| {
            let body: serde_json::Value =
                serde_json::from_str(arrival.act.submission().body.get()).unwrap();
            body["handling"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(handlings.len(), 7, "all seven handling systems: {handlings:?}");
    let kinds: BTreeSet<_> = acts.iter().map(|arrival| arrival.act.row().stream).collect();
    assert!(kinds.len() >= 6, "{kinds:?}");
    assert!(CATALOG.len() > kinds.len());
}

#[test]
fn what_was_planted_is_found_and_nothing_else_that_is_worth_a_card() {
    // Fifty times the realistic rate, so that a small city holds every kind of fault.
    let (acts, summary) = all(&plan(2008, 60, 50));
    let (mut context, mut matters) = (Context::default(), BTreeMap::<String, Matter>::new());
    for act in recorded(&acts) {
        context.apply(&act);
        if act.submission.stream.kind() == StreamKind::Case {
            matters.entry(act.submission.stream.name().to_owned()).or_default().take(&act);
        }
    }
    // A case that is not over may not have come to its fault yet.
    let whole: BTreeSet<&str> = matters
        .iter()
        .filter(|(_, matter)| {
            matter.acts.iter().any(|act| act.event.wire_name() == "case.CaseClosed")
        })
        .map(|(name, _)| name.as_str())
        .collect();
    let mut found: BTreeSet<(String, Fault)> = BTreeSet::new();
    let end = "2008-07-01".parse().unwrap();
    for name in &whole {
        let judged = judge(StreamKind::Case, &matters[*name], &context);
        for finding in &judged.findings {
            let fault = CARD_WORTHY.iter().find(|(_, kind)| *kind == finding.kind.as_str());
            found.extend(fault.map(|(fault, _)| ((*name).to_owned(), *fault)));
        }
        let missed = |kind| {
            judged.clocks.iter().any(|c| c.kind == kind && c.standing(end) == Standing::Missed)
        };
        let late_extension = found.contains(&((*name).to_owned(), Fault::ExtensionTooLate));
        let silent = found.contains(&((*name).to_owned(), Fault::Silent));
        if missed(ClockKind::Statutory) && !late_extension && !silent {
            found.insert(((*name).to_owned(), Fault::StatuteMissed));
        } else if missed(ClockKind::Promised) && !late_extension && !silent {
            found.insert(((*name).to_owned(), Fault::PromiseMissed));
        }
    }
    let planted: BTreeSet<(String, Fault)> =
        summary.planted.iter().filter(|(name, _)| whole.contains(name.as_str())).cloned().collect();
    let missing: Vec<_> = planted.difference(&found).collect();
    let invented: Vec<_> = found.difference(&planted).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "missing {missing:?}\ninvented {invented:?}"
    );
    let kinds: BTreeSet<_> = planted.iter().map(|(_, fault)| fault).collect();
    assert!(kinds.len() >= 8, "{kinds:?}");
}

#[test]
fn one_case_in_a_thousand_is_worth_a_card() {
    let (acts, summary) = all(&Plan { cases_per_hundred_days: 600, ..plan(7, 60, 1) });
    let per_million = summary.planted.len() as u64 * 1_000_000 / summary.cases;
    assert!(summary.cases > 8_000, "{}", summary.cases);
    assert!((200..=2_000).contains(&per_million), "{per_million} of a million cases");
    assert!(acts.len() as u64 > 6 * summary.cases);
}

#[test]
fn an_impossible_plan_is_refused_with_its_rule() {
    let whole = plan(1, 8, 1);
    for (wrong, rule) in [
        (Plan { to: "2008-01-01".parse().unwrap(), ..whole.clone() }, "before it begins"),
        (Plan { sites: 0, ..whole.clone() }, "0 sites"),
        (Plan { from: "1800-01-01".parse().unwrap(), ..whole }, "the calendar runs from"),
    ] {
        let refused = History::new(&wrong).unwrap_err().to_string();
        assert!(refused.contains(rule), "{refused}");
    }
}
