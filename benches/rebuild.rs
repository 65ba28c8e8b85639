//! What it takes to read, fold, store and prove: acts per second, and ratios to the plain reading
//! of the same chronicle. `cargo bench --bench rebuild -- 200000` says how many acts.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark stops where it fails, and prints what it found"
)]

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use tongjian::first_start;
use tongjian::runner::{REGISTRY, Runner, rebuild, verify_projection};
use tongjian::store::{Command, Expected, Store};
use tongjian::verify::verify;
use tongjian_events::{Act, Recorded, Submission};
use uuid::Uuid;

/// The steps of a case: hours after it was received, event, body.
const STEPS: [(i64, &str, &str); 8] = [
    (
        0,
        "case.ApplicationReceived",
        r#"{"item":"QL-0231","applicant":"ap-8813","channel":"counter","handling":"promised",
            "materials":[{"name":"營業執照副本複印件"},{"name":"法定代表人身份證明"}]}"#,
    ),
    (1, "case.OneOffNoticeGiven", r#"{"missing":["場地使用證明","消防驗收意見書"]}"#),
    (26, "case.SupplementReceived", r#"{"items":["場地使用證明"],"complete":true}"#),
    (27, "case.ApplicationAccepted", r#"{"item":"QL-0231","limit_working_days":5}"#),
    (
        50,
        "case.ExcludedProcedureStarted",
        r#"{"procedure":"expert_review","notified_in_writing":true,
            "declared_working_days":3}"#,
    ),
    (98, "case.ExcludedProcedureEnded", r#"{"procedure":"expert_review"}"#),
    (122, "case.DecisionMade", r#"{"outcome":"granted","document_no":"通行審〔2008〕12號"}"#),
    (123, "case.CaseClosed", r#"{"closure":"normal"}"#),
];
const CASE: u64 = STEPS.len() as u64;
/// Cases that run at the same time.
const OPEN: u64 = 5_000;

fn start_of(case: u64) -> DateTime<Utc> {
    let first: DateTime<Utc> = "2008-03-03T01:00:00Z".parse().unwrap();
    first + TimeDelta::seconds(i64::try_from(case).unwrap() * 90)
}

fn act(case: u64, step: usize) -> (Act, DateTime<Utc>) {
    let (hours, event, body) = STEPS[step];
    let at = start_of(case) + TimeDelta::hours(hours);
    let millis = u128::from(at.timestamp_millis().cast_unsigned());
    let tail = u128::from(case * CASE + step as u64);
    let id = Uuid::from_u128((millis << 80) | (0x7 << 76) | (0x8 << 60) | tail);
    let text = format!(
        r#"{{"id":"{id}","stream":"case/{case:09}","event":"{event}","version":1,
        "occurred_at":"{}","actor":{{"kind":"staff","id":"s-{}"}},
        "source":{{"site":"320681105{:03}","window":"w-1"}},"body":{body}}}"#,
        at.to_rfc3339(),
        case % 400,
        case % 96,
    );
    (Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap(), at)
}

/// Steps of many cases interleaved, each in a command of its own.
async fn fill(store: &Store, cases: u64) {
    for block in (0..cases).step_by(usize::try_from(OPEN).unwrap()) {
        for step in 0..STEPS.len() {
            let mut waiting = Vec::new();
            for case in block..(block + OPEN).min(cases) {
                let (act, at) = act(case, step);
                let stream = act.submission().stream.clone();
                let received_at = at + TimeDelta::minutes(1);
                let command =
                    Command { stream, expected: Expected::Any, acts: vec![act], received_at };
                waiting.push(command);
                if waiting.len() == 500 {
                    append(store, std::mem::take(&mut waiting)).await;
                }
            }
            append(store, waiting).await;
        }
    }
}

async fn append(store: &Store, commands: Vec<Command>) {
    let sent = commands.into_iter().map(|command| store.append(command));
    for answer in futures_util::future::join_all(sent).await {
        answer.unwrap();
    }
}

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn say(what: &str, acts: u64, took: Duration) {
    let rate = acts as f64 / took.as_secs_f64();
    println!("{what:38} {rate:9.0} acts/s   peak {} MB", resident_mb());
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let asked = std::env::args().filter_map(|word| word.parse::<u64>().ok()).next();
    let cases = asked.unwrap_or(200_000) / CASE;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("chronicle.db")).await.unwrap();
    first_start::run(&store, start_of(0)).await.unwrap();
    let start = Instant::now();
    fill(&store, cases).await;
    let acts = store.head().await.unwrap().position;
    say("fill, one act each", acts, start.elapsed());

    let start = Instant::now();
    let mut position = 0;
    let mut parsing = Duration::ZERO;
    while position < acts {
        let page = store.after(position, 2_000).await.unwrap();
        position = page.last().unwrap().position;
        let begun = Instant::now();
        for stored in &page {
            Recorded::read(&stored.envelope).unwrap();
        }
        parsing += begun.elapsed();
    }
    say("read in order", acts, start.elapsed() - parsing);
    say("decode", acts, parsing);

    let start = Instant::now();
    verify(&store, |_, _| {}).await.unwrap();
    say("verify the chronicle", acts, start.elapsed());

    let start = Instant::now();
    let runner = Runner::spawn(&store, REGISTRY).unwrap();
    runner.wait_for(acts, Duration::from_secs(3_600)).await.unwrap();
    runner.stop().await;
    say("first start, three projections", acts, start.elapsed());
    for projection in REGISTRY {
        let start = Instant::now();
        rebuild(&store, projection, &mut |_, _, _| {}).await.unwrap();
        say(&format!("rebuild {}", projection.name), acts, start.elapsed());
        let start = Instant::now();
        verify_projection(&store, projection, &mut |_, _| {}).await.unwrap();
        say(&format!("prove {}", projection.name), acts, start.elapsed());
    }
}
