//! What it takes to read, fold, store and prove: acts per second, and ratios to the plain reading
//! of the same chronicle and to the database's own copying of the finished tables.
//! `cargo bench --bench rebuild -- 200000 [sqlite|postgres]` says how many acts, and where.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    unused_macros,
    reason = "a benchmark stops where it fails, and prints what it found"
)]

#[path = "support/copied.rs"]
mod copied;
#[path = "../tests/it/postgres.rs"]
mod postgres;

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use postgres::Server;
use tongjian::first_start;
use tongjian::runner::{REGISTRY, Registered, Runner, rebuild, verify_projection};
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

/// Tells rates, each with its ratio to the plain reading.
struct Told {
    acts: u64,
    reading: Option<Duration>,
}

impl Told {
    fn say(&self, what: &str, took: Duration) {
        let rate = self.acts as f64 / took.as_secs_f64();
        let ratio = self.reading.map(|reading| reading.as_secs_f64() / took.as_secs_f64());
        let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2} of reading"));
        println!("{what:38} {rate:9.0} acts/s  {ratio:16} peak {} MB", resident_mb());
    }
}

async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    (work.await, start.elapsed())
}

async fn read(store: &Store, acts: u64) -> Duration {
    let mut position = 0;
    let (mut parsing, start) = (Duration::ZERO, Instant::now());
    while position < acts {
        let page = store.after(position, 2_000).await.unwrap();
        position = page.last().unwrap().position;
        let begun = Instant::now();
        for stored in &page {
            Recorded::read(&stored.envelope).unwrap();
        }
        parsing += begun.elapsed();
    }
    let told = Told { acts, reading: None };
    told.say("decode, one core", parsing);
    start.elapsed() - parsing
}

async fn measure(store: &Store, place: &str, cases: u64) {
    first_start::run(store, start_of(0)).await.unwrap();
    let ((), took) = timed(fill(store, cases)).await;
    let acts = store.head().await.unwrap().position;
    let mut told = Told { acts, reading: None };
    told.say("fill, one act each", took);
    let took = read(store, acts).await;
    told.reading = Some(took);
    told.say("read in order", took);
    let (_, took) = timed(verify(store, |_, _| {})).await;
    told.say("verify the chronicle", took);
    let first = async {
        let runner = Runner::spawn(store, REGISTRY).unwrap();
        runner.wait_for(acts, Duration::from_secs(3_600)).await.unwrap();
        runner.stop().await;
    };
    let ((), took) = timed(first).await;
    told.say("first start, three projections", took);
    let all: Vec<&'static Registered> = REGISTRY.iter().collect();
    let mut chosen: Vec<(&str, &[&'static Registered])> = vec![("all three", &all)];
    chosen.extend(all.chunks(1).map(|one| (one[0].name, one)));
    for (name, projections) in chosen {
        let (made, took) = timed(rebuild(store, projections, &mut |_, _, _| {})).await;
        told.say(&format!("rebuild {name}"), took);
        let mut copying = Duration::ZERO;
        for at in made.unwrap() {
            copying += copied::copy(place, at.tables()).await;
        }
        told.say(&format!("  the database copies {name}"), copying);
    }
    for projection in REGISTRY {
        let (proven, took) = timed(verify_projection(store, projection, &mut |_, _| {})).await;
        proven.unwrap();
        told.say(&format!("prove {}", projection.name), took);
    }
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let cases = words.iter().find_map(|word| word.parse::<u64>().ok()).unwrap_or(200_000) / CASE;
    let said = |name: &str| words.iter().any(|word| word == name);
    let wanted = |name: &str| said(name) || !(said("sqlite") || said("postgres"));
    if wanted("sqlite") {
        println!("sqlite");
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("chronicle.db")).await.unwrap();
        let tables = folder.path().join("chronicle-read.db");
        measure(&store, tables.to_str().unwrap(), cases).await;
    }
    if wanted("postgres") {
        println!("postgres");
        let server = Server::start(&["shared_buffers=256MB", "max_wal_size=4GB"]).await;
        let url = server.url("postgres");
        Store::migrate_postgres(&url).await.unwrap();
        let store = Store::open_postgres(&url).await.unwrap();
        measure(&store, &url, cases).await;
    }
}
