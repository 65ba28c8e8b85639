//! Logs that nobody in this project wrote, read by the importer and held against figures that
//! other tools computed. The logs are not part of the repository: they lie beside it, in
//! `../shared/data`, or where `TONGJIAN_SHARED_DATA` says.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use serde_json::Value;
use tongjian::import::{self, Format, Line, Mapping};
use tongjian_events::{Act, Event, Place};

use crate::shared_data;

fn mapping(name: &str) -> Arc<Mapping> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mappings").join(name);
    Arc::new(Mapping::load(&path).unwrap())
}

/// Every act of a log that is whole and lawful.
fn acts(path: &Path, format: Format, mapping: &Arc<Mapping>) -> Vec<Act> {
    let mut reader = import::open(format, path, Some(Arc::clone(mapping))).unwrap();
    let progress = reader.progress();
    let acts = reader
        .by_ref()
        .map(|line| match line.unwrap() {
            Line::Act { act, .. } => *act,
            Line::Refused(refused) => panic!("{}: {refused:?}", path.display()),
        })
        .collect();
    assert_eq!(progress.bytes_read(), progress.bytes_total(), "{}", path.display());
    assert_eq!(reader.activities_never_seen(), Vec::<String>::new());
    acts
}

fn envelope(act: &Act) -> Vec<u8> {
    act.envelope(&Place { position: 1, stream_version: 1, recorded_at: DateTime::<Utc>::MIN_UTC })
}

fn cases(acts: &[Act]) -> HashMap<&str, Vec<&Act>> {
    let mut cases: HashMap<&str, Vec<&Act>> = HashMap::new();
    for act in acts {
        cases.entry(act.submission().stream.name()).or_default().push(act);
    }
    cases
}

/// The same ids, in the same order within each case, and the same bytes.
fn assert_the_same(one: &[Act], other: &[Act]) {
    assert_eq!(one.len(), other.len());
    let (one, other) = (cases(one), cases(other));
    assert_eq!(one.len(), other.len());
    for (case, acts) in one {
        let others = other.get(case).unwrap_or_else(|| panic!("{case} is missing"));
        assert_eq!(acts.len(), others.len(), "{case}");
        for (act, same) in acts.into_iter().zip(others) {
            assert_eq!(act.submission().id, same.submission().id, "{case}");
            let text = |act| String::from_utf8(envelope(act)).unwrap();
            assert_eq!(text(act), text(same));
        }
    }
}

/// The activity that an act was, by the mapping of the receipt log and that of road traffic.
fn activity(act: &Act, words: &BTreeMap<&str, &str>) -> String {
    match act.event() {
        Event::StepCompleted(body) => body.step.as_str().to_owned(),
        other => words.get(other.wire_name()).expect("a known event").to_string(),
    }
}

fn assert_truth(acts: &[Act], truth: &Path, words: &[(&str, &str)]) {
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(truth).unwrap()).unwrap();
    let cases = cases(acts);
    assert_eq!(truth["events"], acts.len());
    assert_eq!(truth["cases"], cases.len());
    let ids: BTreeSet<_> = acts.iter().map(|act| act.submission().id).collect();
    assert_eq!(ids.len(), acts.len(), "every act has an id of its own");
    let words: BTreeMap<_, _> = words.iter().copied().collect();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for act in acts {
        *counts.entry(activity(act, &words)).or_default() += 1;
    }
    assert_eq!(truth["activity_counts"], serde_json::to_value(counts).unwrap());
    let at = |text: &Value| {
        DateTime::<FixedOffset>::parse_from_str(text.as_str().unwrap(), "%Y-%m-%d %H:%M:%S%.f%:z")
            .unwrap()
    };
    let times = || acts.iter().map(|act| act.submission().occurred_at);
    assert_eq!(times().min().unwrap(), at(&truth["first_ts"]));
    assert_eq!(times().max().unwrap(), at(&truth["last_ts"]));
    assert_durations(&cases, &truth["dur_s"]);
}

fn assert_durations(cases: &HashMap<&str, Vec<&Act>>, truth: &Value) {
    let mut seconds: Vec<f64> = cases
        .values()
        .map(|acts| {
            let times = || acts.iter().map(|act| act.submission().occurred_at);
            let span = times().max().unwrap() - times().min().unwrap();
            span.num_milliseconds() as f64 / 1_000.0
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    let linear = |share: f64| {
        let place = share * (seconds.len() - 1) as f64;
        let below = seconds[place.floor() as usize];
        below + (seconds[place.ceil() as usize] - below) * place.fract()
    };
    let rank = (0.95 * seconds.len() as f64).ceil() as usize;
    for (name, found) in [
        ("mean", seconds.iter().sum::<f64>() / seconds.len() as f64),
        ("median", linear(0.5)),
        ("p95_linear", linear(0.95)),
        ("p95_nearest_rank", seconds[rank - 1]),
        ("max", seconds[seconds.len() - 1]),
        ("min", seconds[0]),
    ] {
        let expected = truth[name].as_f64().unwrap();
        assert!((found - expected).abs() < 0.001, "{name}: {found}, the truth is {expected}");
    }
}

#[test]
fn the_receipt_log_is_the_same_in_all_its_three_forms() {
    let Some(data) = shared_data() else { return };
    let logs = data.join("logs");
    let mapping = mapping("receipt-monday-to-friday.toml");
    let csv = acts(&logs.join("receipt.csv"), Format::Csv, &mapping);
    let words = [
        ("case.ApplicationAccepted", "Confirmation of receipt"),
        ("case.DecisionMade", "T04 Determine confirmation of receipt"),
        ("case.ResultDelivered", "T05 Print and send confirmation of receipt"),
    ];
    assert_eq!((csv.len(), cases(&csv).len()), (8_577, 1_434));
    assert_truth(&csv, &data.join("truth/receipt.json"), &words);
    for other in ["receipt_env_permit_noheader.xes.gz", "receipt_pm4py_export.xes"] {
        assert_the_same(&csv, &acts(&logs.join(other), Format::Xes, &mapping));
    }
    let again = acts(&logs.join("receipt.csv"), Format::Csv, &mapping);
    assert!(csv.iter().map(envelope).eq(again.iter().map(envelope)));
}

#[test]
fn the_receipt_log_states_the_same_deadlines_as_the_municipality() {
    let Some(data) = shared_data() else { return };
    let mapping = mapping("receipt-state-council.toml");
    let acts = acts(&data.join("logs/receipt.csv"), Format::Csv, &mapping);
    let oracle =
        std::fs::read_to_string(data.join("oracles/receipt_recorded_deadline.csv")).unwrap();
    let expected: HashMap<&str, Vec<&str>> = oracle
        .lines()
        .skip(1)
        .map(|row| row.split(',').collect::<Vec<_>>())
        .map(|fields| (fields[0], fields))
        .collect();
    let instant = |text: &str| {
        (!text.is_empty())
            .then(|| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%:z").unwrap())
    };
    let cases = cases(&acts);
    assert_eq!(cases.len(), expected.len());
    for (case, acts) in cases {
        let Event::ApplicationAccepted(body) = acts[0].event() else { panic!("{case}") };
        let stated = body.source_statement.clone().unwrap();
        let row = &expected[case];
        assert_eq!(stated.started_at.map(|at| at.0), instant(row[3]), "{case}");
        assert_eq!(stated.due_at.map(|at| at.0), instant(row[4]), "{case}");
        assert_eq!(stated.ended_at.map(|at| at.0), instant(row[5]), "{case}");
    }
}

#[test]
fn the_road_traffic_log_is_the_same_in_both_its_forms() {
    let Some(data) = shared_data() else { return };
    let logs = data.join("logs");
    let mapping = mapping("roadtraffic.toml");
    let csv = acts(&logs.join("roadtraffic100traces.csv"), Format::Csv, &mapping);
    let words = [
        ("case.ApplicationAccepted", "Create Fine"),
        ("case.DecisionMade", "Send Fine"),
        ("case.ResultDelivered", "Insert Fine Notification"),
    ];
    assert_truth(&csv, &data.join("truth/roadtraffic100.json"), &words);
    assert_the_same(&csv, &acts(&logs.join("roadtraffic100traces.xes"), Format::Xes, &mapping));
}

#[test]
fn the_running_example_is_the_same_in_both_its_forms() {
    let Some(data) = shared_data() else { return };
    let logs = data.join("logs");
    let mapping = mapping("running-example.toml");
    let csv = acts(&logs.join("running-example.csv"), Format::Csv, &mapping);
    assert_eq!((csv.len(), cases(&csv).len()), (42, 6));
    assert_the_same(&csv, &acts(&logs.join("running-example.xes"), Format::Xes, &mapping));
}

#[test]
fn the_shipped_mappings_set_the_calendar_of_each_of_their_sites_first() {
    for (name, sites) in [
        ("receipt-monday-to-friday.toml", 3),
        ("receipt-state-council.toml", 3),
        ("roadtraffic.toml", 1),
        ("running-example.toml", 1),
    ] {
        let mapping = mapping(name);
        assert_eq!(mapping.preamble().len(), sites, "{name}");
        for act in mapping.preamble() {
            assert_eq!(act.submission().stream.as_str(), "calendar/jurisdictions");
            assert_eq!(act.submission().event, "calendar.JurisdictionSet");
        }
    }
}
