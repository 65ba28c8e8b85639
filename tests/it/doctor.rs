//! What a doctor reads of a real chronicle on each backend, and what the command answers.

use std::process::Command as Process;

use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tongjian::doctor::{Finding, Grade, judge, read};
use tongjian::store::Store;
use tongjian::{first_start, runner};

use crate::acts::{Fresh, at, one};
use crate::postgres::{Server, name};

fn of<'a>(findings: &'a [Finding], looked_at: &str) -> &'a Finding {
    let found = findings.iter().find(|finding| finding.looked_at.starts_with(looked_at));
    found.unwrap_or_else(|| panic!("`{looked_at}` was not looked at: {findings:#?}"))
}

#[tokio::test]
async fn a_file_is_looked_over() {
    let fresh = Fresh::sqlite().await;
    let file = fresh.folder.path().join("chronicle.db");
    let (now, store) = (at("10:00:00"), &fresh.store);
    first_start::run(store, now).await.unwrap();
    store.append(one(1, "case/1")).await.unwrap();
    runner::rebuild(store, &[&runner::REGISTRY[0]], &mut |_, _, _| {}).await.unwrap();
    store.append(one(2, "case/1")).await.unwrap();
    let findings = judge(&read(store, Some(&file), now).await.unwrap());
    let head = store.head().await.unwrap().position;
    assert_eq!(of(&findings, "head").found, format!("both at {head}, one chain"));
    assert_eq!(of(&findings, "holiday").found, "the last one is of 2008");
    let timeline = of(&findings, "projection timeline");
    assert_eq!(timeline.found, format!("at {}, 1 acts behind", head - 1));
    assert_eq!(of(&findings, "projection deadlines").found, "not made yet");
    assert!(of(&findings, "disk").found.contains("iB free, the chronicle has "), "{findings:#?}");
    assert!(of(&findings, "write-ahead").found.ends_with("iB"), "{findings:#?}");
    assert_eq!(of(&findings, "clock").grade, Grade::Fine);
    runner::rebuild(store, &[&runner::REGISTRY[0]], &mut |_, _, _| {}).await.unwrap();
    let findings = judge(&read(store, Some(&file), now).await.unwrap());
    let timeline = &of(&findings, "projection timeline").found;
    assert!(timeline.ends_with("; the tables that served before are kept"), "{timeline}");
}

#[tokio::test]
async fn a_server_is_looked_over() {
    let server = Server::start(&["synchronous_standby_names=b", "synchronous_commit=local"]).await;
    let database = name();
    server.run("postgres", &format!("create database {database}")).await;
    let url = server.url(&database);
    Store::migrate_postgres(&url).await.unwrap();
    let store = Store::open_postgres(&url).await.unwrap();
    store.append(one(1, "case/1")).await.unwrap();
    server.run("postgres", "select pg_create_physical_replication_slot('left', true)").await;
    let open = server.hold("postgres", "select txid_current()").await;
    let findings = judge(&read(&store, None, at("10:00:00")).await.unwrap());
    assert_eq!(of(&findings, "head").found, "both at 1, one chain");
    assert_eq!(
        of(&findings, "durability").found,
        "the primary; fsync on, synchronous_commit local"
    );
    assert_eq!(of(&findings, "partitions").found, "1 ahead of the one in use");
    assert_eq!(of(&findings, "replication").found, "0 standbys, 0 synchronous");
    assert_eq!(of(&findings, "replication slot left").grade, Grade::Warning);
    let oldest = &of(&findings, "oldest").found;
    assert!(oldest.contains(" s, process ") && oldest.contains("in `postgres`"), "{oldest}");
    assert!(of(&findings, "head row").found.contains("dead versions in 8.0 KiB"), "{findings:#?}");
    drop(open);
}

#[tokio::test]
async fn a_head_that_was_changed_by_hand_is_found() {
    let fresh = Fresh::sqlite().await;
    fresh.store.append(one(1, "case/1")).await.unwrap();
    let file = fresh.folder.path().join("chronicle.db");
    let mut hand = SqliteConnectOptions::new().filename(&file).connect().await.unwrap();
    let change = "drop trigger head_only_grows; update chronicle_head set chain = randomblob(32)";
    sqlx::raw_sql(change).execute(&mut hand).await.unwrap();
    hand.close().await.unwrap();
    let findings = judge(&read(&fresh.store, Some(&file), at("10:00:00")).await.unwrap());
    assert_eq!(of(&findings, "head").found, "at 1 the head's chain is not that of the act");
    assert_eq!(of(&findings, "head").grade, Grade::Trouble);
}

/// What the command answers: its exit code, and its answer as JSON and as a page.
fn doctor(data: &str) -> (Option<i32>, Value, String) {
    let run = |words: &[&str]| {
        let mut command = Process::new(env!("CARGO_BIN_EXE_tongjian"));
        command.args(["doctor", "--data", data]).args(words).output().unwrap()
    };
    let (json, page) = (run(&["--json"]), run(&[]));
    assert_eq!(json.status.code(), page.status.code());
    let answer = serde_json::from_slice(&json.stdout).unwrap();
    (json.status.code(), answer, String::from_utf8(page.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_is_as_grave_as_what_was_found() {
    // Without any notice of holidays.
    let fresh = Fresh::sqlite().await;
    fresh.store.append(one(1, "case/1")).await.unwrap();
    let (code, answer, page) = doctor(&fresh.place());
    assert_eq!((code, &answer["grade"]), (Some(2), &Value::from("trouble")), "{page}");
    assert!(page.starts_with("fine     head against last act: both at 1, one chain\n"), "{page}");
    assert!(
        page.contains("trouble  holiday notices: there is none\n         do: append"),
        "{page}"
    );
    let findings = answer["findings"].as_array().unwrap();
    assert!(findings.iter().all(|f| f["looked_at"].is_string() && f["found"].is_string()));
    let told = findings.iter().filter(|f| f["grade"] != "fine").all(|f| f["do"].is_string());
    assert!(told, "{answer}");
    // A chronicle that cannot be opened.
    let foreign = fresh.folder.path().join("foreign.db");
    std::fs::write(&foreign, "no chronicle").unwrap();
    let (code, answer, _) = doctor(foreign.to_str().unwrap());
    assert_eq!((code, &answer["grade"]), (Some(2), &Value::from("trouble")), "{answer}");
}
