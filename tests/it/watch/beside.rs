//! A service that leaves watching to others, and a watchman who cannot: over real processes.

use std::process::{Command as Process, Output};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use tongjian::runner::REGISTRY;

use crate::acts::id;
use crate::durability::Service;

/// One look by a process of its own.
fn look(folder: &TempDir, as_of: &str) -> Output {
    Process::new(env!("CARGO_BIN_EXE_tongjian"))
        .args(["watch", "--once", "--as-of", as_of, "--data"])
        .arg(folder.path().join("chronicle.db"))
        .output()
        .unwrap()
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(30))).build().into()
}

/// Enters a receipt of April 2008, and answers its position.
fn enter(service: &Service) -> u64 {
    let act = format!(
        r#"{{"id":"{}","stream":"case/1","event":"case.ApplicationReceived","version":1,
            "occurred_at":"2008-04-01T09:00:00+08:00","actor":{{"kind":"staff","id":"S-1"}},
            "source":{{"site":"320681105000"}},"body":{{"item":"QL-1","applicant":"A-1",
            "channel":"counter","handling":"promised"}}}}"#,
        id(1)
    );
    let to = format!("http://{}/v1/acts", service.address);
    let mut answer = agent().post(to).header("content-type", "application/json").send(act).unwrap();
    let answer: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    answer["position"].as_u64().unwrap()
}

/// The days on which cards were issued, as the service tells it from a position on.
fn issued(service: &Service, position: u64) -> Vec<String> {
    let from = format!("http://{}/v1/lists/cards?min_position={position}", service.address);
    let mut answer = agent().get(from).call().unwrap();
    let page: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    let lines = page["lines"].as_array().unwrap().iter();
    lines.map(|line| line["issued_on"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn tables_of_another_chronicle_are_told_once_and_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let import = |name: &str| {
        let done = Process::new(env!("CARGO_BIN_EXE_tongjian"))
            .args(["import", "--format", "ndjson", "tests/corpus/v0.1/chronicle.jsonl", "--data"])
            .arg(at(name))
            .status();
        assert!(done.unwrap().success());
    };
    import("chronicle.db");
    import("other.db");
    let other = Service::start_with(at("other.db"), &["--no-watch"]);
    let position = enter(&other);
    issued(&other, position);
    other.stop();
    // The tables of a chronicle of one act more.
    for part in ["", "-wal", "-shm"] {
        let (from, to) = (format!("other-read.db{part}"), format!("chronicle-read.db{part}"));
        let _ = std::fs::remove_file(at(&to));
        let _ = std::fs::rename(at(&from), at(&to));
    }
    let began = Instant::now();
    let looked = look(&folder, "2008-06-02");
    assert!(!looked.status.success(), "{looked:?}");
    assert!(began.elapsed() < Duration::from_secs(50), "{:?}", began.elapsed());
    let said = String::from_utf8(looked.stderr).unwrap();
    let last = said.lines().last().unwrap();
    assert!(last.contains("the read tables belong to another chronicle"), "{said}");
    let told = |name: &str| said.lines().filter(|line| line.contains(name)).count();
    assert_eq!(told("has folded") - 1, told("a projection waits"), "{said}");
    assert!(told("a projection waits") <= REGISTRY.len() + 1, "{said}");
}

#[test]
fn acts_of_the_past_sent_to_a_service_that_does_not_watch_are_looked_at_in_their_own_time() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("chronicle.db");
    let service = Service::start_with(&data, &["--no-watch"]);
    let position = enter(&service);
    service.stop();
    // One who watched would look when he begins, and date the cards of 2008 today.
    let service = Service::start_with(&data, &["--no-watch"]);
    assert!(issued(&service, position).is_empty());
    let looked = look(&folder, "2008-06-02");
    assert!(looked.status.success(), "{looked:?}");
    let said = String::from_utf8(looked.stdout).unwrap();
    let new: u64 = said.strip_suffix(" acts fell due\n").unwrap().parse().unwrap();
    assert!(new > 2, "{said}");
    assert_eq!(issued(&service, position + new), ["2008-06-02", "2008-06-02"]);
    service.stop();
}
