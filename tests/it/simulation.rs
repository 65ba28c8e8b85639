//! The simulated city: the same for the same seed, lawful, and its faults are found, nothing else.

mod found;
mod truth;
mod watched;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tongjian::clock::Clock;
use tongjian::first_start;
use tongjian::simulate::{self, Arrival, History, Plan, SimulateError, Summary};
use tongjian::store::{Command, Expected, Store};
use tongjian_events::recorded::leaf;
use tongjian_events::{Act, CATALOG, Event, Place, Recorded};

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
fn a_city_holds_whatever_happens_at_windows() {
    let (acts, summary) = all(&Plan { cases_per_hundred_days: 400, ..plan(11, 60, 1) });
    let mut events: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut kinds, mut handlings) = (BTreeSet::new(), BTreeSet::new());
    let (mut changes, mut entries) = (BTreeSet::new(), BTreeSet::new());
    let mut redirected = 0;
    for arrival in &acts {
        let s = arrival.act.submission();
        *events.entry(&s.event).or_default() += 1;
        entries.insert(s.source.entry.as_str());
        match arrival.act.event() {
            Event::WindowRegistered(body) => {
                kinds.insert(serde_json::to_string(&body.kind).unwrap());
            }
            Event::ApplicationReceived(body) => {
                handlings.insert(serde_json::to_string(&body.handling).unwrap());
            }
            Event::ActCorrected(body) => {
                let change = serde_json::to_value(&body.change).unwrap();
                changes.insert(change["kind"].as_str().unwrap().to_owned());
            }
            Event::ApplicationNotAccepted(body) => {
                redirected += u64::from(body.redirected_to.is_some());
            }
            _ => {}
        }
    }
    assert_eq!(kinds.len(), 4, "all four kinds of window: {kinds:?}");
    assert_eq!(handlings.len(), 7, "all seven handling systems: {handlings:?}");
    assert_eq!(changes.into_iter().collect::<Vec<_>>(), ["annulled", "field", "occurred_at"]);
    assert!(entries.contains("back_entry") && entries.contains("offline"), "{entries:?}");
    assert!(redirected > 0);
    let cases = summary.cases;
    for (event, least, most) in [
        ("case.ApplicationWithdrawn", 200, 20),
        ("case.ApplicationNotAccepted", 200, 20),
        ("case.NegativeDecisionFiled", 400, 20),
        ("case.CaseReturned", 800, 50),
        ("case.CaseVoided", 1_500, 100),
        ("case.SiteVisitScheduled", 20, 4),
        ("case.SiteVisitMade", 20, 4),
        ("case.ExtensionApproved", 1_500, 50),
        ("case.ExtensionRefused", 6_000, 200),
        ("case.HearingHeld", 6_000, 200),
        ("case.ActCorrected", 2_000, 100),
    ] {
        let found = events.get(event).copied().unwrap_or(0);
        let between = cases / least..=cases / most;
        assert!(between.contains(&found), "{event}: {found} in {cases} cases, {between:?}");
    }
}

#[test]
fn one_case_in_a_thousand_is_worth_a_card() {
    // Of several cities: in one there are too few for the draw to come out even.
    let (mut cases, mut faulty) = (0, 0);
    for seed in [7, 8, 9] {
        let (acts, summary) = all(&Plan { cases_per_hundred_days: 600, ..plan(seed, 60, 1) });
        assert!(summary.cases > 8_000, "{}", summary.cases);
        assert!(acts.len() as u64 > 6 * summary.cases);
        cases += summary.cases;
        faulty += summary.faulty;
    }
    let per_million = faulty * 1_000_000 / cases;
    assert!((500..=1_600).contains(&per_million), "{per_million} of a million cases");
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

#[tokio::test(flavor = "multi_thread")]
async fn the_same_order_twice_changes_nothing_and_one_that_broke_off_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str| {
        let path = folder.path().join(name);
        async move { Store::open(&path).await.unwrap() }
    };
    let (whole, half) = (open("whole.db").await, open("half.db").await);
    let plan = Plan { to: "2008-03-20".parse().unwrap(), ..plan(5, 12, 1) };
    let now = Clock::default().now();
    let first = simulate::run(&whole, &plan, now, |_, _| {}).await.unwrap();
    assert!(first.acts > 700, "{}", first.acts);
    let again = simulate::run(&whole, &plan, now, |_, _| {}).await.unwrap();
    assert_eq!(again, Summary { acts: 0, ..first.clone() });
    // As a process that was killed leaves it.
    for act in whole.after(0, 601).await.unwrap() {
        let read = act.read().unwrap();
        let command = Command {
            stream: read.submission.stream.clone(),
            expected: Expected::Any,
            received_at: read.place.recorded_at,
            acts: vec![Act::check(read.submission).unwrap()],
        };
        half.append(command).await.unwrap();
    }
    let rest = simulate::run(&half, &plan, now, |_, _| {}).await.unwrap();
    assert_eq!(rest.acts, first.acts - 601);
    assert_eq!(half.head().await.unwrap(), whole.head().await.unwrap());
    // What came after the whole history, from the watchman for example, is no obstacle.
    first_start::run(&whole, now).await.unwrap();
    let after = simulate::run(&whole, &plan, now, |_, _| {}).await.unwrap();
    assert_eq!(after.acts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_that_was_killed_goes_on_with_its_history() {
    let folder = tempfile::tempdir().unwrap();
    let days = ("2008-03-03".parse().unwrap(), "2008-08-31".parse().unwrap());
    let plan = Plan { seed: 2008, sites: 2, from: days.0, to: days.1, ..Plan::default() };
    let (acts, _) = all(&plan);
    let store = Store::open(&folder.path().join("tongjian.db")).await.unwrap();
    for arrival in acts.iter().take(200) {
        let command = Command {
            stream: arrival.act.submission().stream.clone(),
            expected: Expected::Any,
            received_at: arrival.received_at,
            acts: vec![arrival.act.clone()],
        };
        store.append(command).await.unwrap();
    }
    store.close().await;
    let demo = || {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tongjian"))
            .args(["demo", "--once", "--sites", "2", "--listen", "127.0.0.1:0", "--folder"])
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let rest = format!("{} acts appended; the history is one of ", acts.len() - 200);
    let said = demo();
    assert!(said.contains("holds 200 acts already\n") && said.contains(&rest), "{said}");
    let said = demo();
    assert!(said.contains("\n0 acts appended; "), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chronicle_of_other_acts_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("chronicle.db")).await.unwrap();
    let now = Clock::default().now();
    first_start::run(&store, now).await.unwrap();
    let head = store.head().await.unwrap();
    let refused = simulate::run(&store, &plan(5, 12, 1), now, |_, _| {}).await.unwrap_err();
    assert!(matches!(refused, SimulateError::OtherChronicle { position: 1, .. }), "{refused}");
    assert!(refused.to_string().contains("simulate into a chronicle of its own"), "{refused}");
    assert_eq!(store.head().await.unwrap(), head);

    let other = Store::open(&folder.path().join("other.db")).await.unwrap();
    let short = Plan { to: "2008-03-10".parse().unwrap(), ..plan(5, 12, 1) };
    simulate::run(&other, &short, now, |_, _| {}).await.unwrap();
    let head = other.head().await.unwrap();
    let wrong = [Plan { seed: 6, ..short.clone() }, Plan { sites: 13, ..short.clone() }];
    for wrong in wrong {
        let refused = simulate::run(&other, &wrong, now, |_, _| {}).await.unwrap_err();
        assert!(matches!(refused, SimulateError::OtherChronicle { .. }), "{refused}");
    }
    assert_eq!(other.head().await.unwrap(), head);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_that_is_not_over_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("chronicle.db")).await.unwrap();
    let plan = Plan { to: "2008-03-10".parse().unwrap(), ..plan(5, 12, 1) };
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let noon = at("2008-03-10T12:00:00+08:00");
    let refused = simulate::run(&store, &plan, noon, |_, _| {}).await.unwrap_err().to_string();
    assert_eq!(refused, "the plan is impossible: it ends on 2008-03-10, which is not over yet");
    assert_eq!(store.head().await.unwrap().position, 0);
    let midnight = at("2008-03-11T00:00:00+08:00");
    simulate::run(&store, &plan, midnight, |_, _| {}).await.unwrap();
}
