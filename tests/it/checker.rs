//! 查序: writers, replicas and readers at once, with pauses inside transactions, long transactions
//! beside them, and a server that is killed. What was acknowledged is there exactly once, positions
//! are 1..n, every reader saw each position once and in order, and the read tables, which every
//! replica folds meanwhile, equal a refold.
//!
//! `TONGJIAN_CHECKER_SECONDS=600 cargo test --release --test it -- checker` is the long run.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tongjian::runner::{REGISTRY, Runner, verify_projection};
use tongjian::store::{AppendError, Appended, Command, Expected, Store};
use tongjian::verify::verify;
use tongjian_events::Refusal;

use crate::acts::{Fresh, command, id, notice};
use crate::postgres::{Server, name};

/// So many acts at least are tried.
const ENOUGH: usize = 200;
/// Writers on each replica.
const WRITERS: u64 = 6;
/// Readers on each replica.
const READERS: usize = 2;
/// Streams that all writers share.
const STREAMS: u64 = 7;

/// Act number, where it was said to stand.
type Acknowledged = Arc<Mutex<Vec<(u64, Appended)>>>;

fn length() -> Duration {
    let seconds = std::env::var("TONGJIAN_CHECKER_SECONDS").ok();
    Duration::from_secs(seconds.and_then(|text| text.parse().ok()).unwrap_or(8))
}

/// Appends commands of one to four acts until it is time to stop; one whose outcome is unknown is
/// sent again, with the same ids, until it is answered.
async fn write(store: Store, writer: u64, stop: Arc<AtomicBool>, told: Acknowledged) {
    let mut number = writer * 1_000_000;
    while !stop.load(Ordering::Relaxed) {
        let stream = format!("case/{}", (number * 31 + writer) % STREAMS);
        let acts: Vec<u64> = (number..=number + number % 4).collect();
        number += 4;
        let sent = |expected| {
            let acts = acts.iter().map(|act| notice(*act, &stream, "form")).collect();
            command(&stream, expected, acts)
        };
        let answers = until_answered(&store, sent).await;
        told.lock().unwrap().extend(acts.iter().copied().zip(answers));
    }
}

async fn until_answered(store: &Store, sent: impl Fn(Expected) -> Command) -> Vec<Appended> {
    let mut expected = Expected::Any;
    loop {
        match store.append(sent(expected)).await {
            Ok(answers) => return answers,
            // Every other conflict is met with the version that the chronicle named.
            Err(AppendError::Refused(Refusal::VersionConflict { actual, .. })) => {
                expected = Expected::Exact(actual);
            }
            Err(AppendError::Busy | AppendError::Store(_)) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(refused) => panic!("{refused}"),
        }
        if expected == Expected::Any {
            expected = Expected::Exists;
        }
    }
}

/// Reads as a projection does: after what it has, woken by the head. Answers what it saw.
async fn read(store: Store, stop: Arc<AtomicBool>) -> Vec<u64> {
    let mut seen: Vec<u64> = Vec::new();
    let mut changes = store.head_changes();
    while !stop.load(Ordering::Relaxed) {
        let after = seen.last().copied().unwrap_or(0);
        // A reader may be cut off; it asks again for what comes after what it has.
        let page = store.after(after, 100).await.unwrap_or_default();
        if page.is_empty() {
            let _ = tokio::time::timeout(Duration::from_millis(50), changes.changed()).await;
        }
        seen.extend(page.iter().map(|act| act.position));
    }
    seen
}

/// Lets writers and readers work on these replicas while `trouble` is made, then checks.
async fn check(replicas: Vec<Store>, trouble: impl Future<Output = ()>) {
    let stop = Arc::new(AtomicBool::new(false));
    let (writing, reading) = (Arc::clone(&stop), Arc::new(AtomicBool::new(false)));
    let told = Acknowledged::default();
    let mut writers = Vec::new();
    let mut readers = Vec::new();
    let runners: Vec<Runner> =
        replicas.iter().map(|store| Runner::spawn(store, REGISTRY).unwrap()).collect();
    for (replica, store) in (0_u64..).zip(&replicas) {
        for writer in 0..WRITERS {
            let number = replica * WRITERS + writer + 1;
            let (stop, told) = (Arc::clone(&writing), Arc::clone(&told));
            writers.push(tokio::spawn(write(store.clone(), number, stop, told)));
        }
        for _ in 0..READERS {
            readers.push(tokio::spawn(read(store.clone(), Arc::clone(&reading))));
        }
    }
    trouble.await;
    // However slow the machine is, something was tried.
    let enough = async {
        while told.lock().unwrap().len() <= ENOUGH {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), enough).await.unwrap();
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    let store = &replicas[0];
    let head = verify(store, |_, _| {}).await.unwrap().position;
    // Every replica hears of the last act without having appended it.
    for replica in &replicas {
        let mut changes = replica.head_changes();
        let heard = changes.wait_for(|position| *position >= head);
        tokio::time::timeout(Duration::from_secs(20), heard).await.unwrap().unwrap();
    }
    reading.store(true, Ordering::Relaxed);
    for seen in join_all(readers).await {
        let seen = seen.unwrap();
        assert!(seen.iter().copied().eq(1..=seen.len() as u64), "a reader missed or repeated");
    }
    let told = told.lock().unwrap().clone();
    complete(store, head, &told).await;
    for runner in runners {
        runner.wait_for(head, Duration::from_secs(120)).await.unwrap();
        runner.stop().await;
    }
    for projection in REGISTRY {
        let proven = verify_projection(store, projection, &mut |_, _| {}).await.unwrap();
        assert_eq!(proven, head, "{}", projection.name);
    }
}

/// What was acknowledged is there, once, where it was said to be; nothing else is.
async fn complete(store: &Store, head: u64, told: &[(u64, Appended)]) {
    let held = store.after(0, u32::MAX).await.unwrap();
    assert!(held.iter().map(|act| act.position).eq(1..=head), "positions have a hole");
    let mut places = HashMap::new();
    let mut versions: HashMap<String, u64> = HashMap::new();
    let mut recorded_at = None;
    for act in &held {
        let read = act.read().unwrap();
        assert!(places.insert(read.submission.id, act.position).is_none(), "an id stands twice");
        let version = versions.entry(read.submission.stream.to_string()).or_default();
        *version += 1;
        assert_eq!(read.place.stream_version, *version, "a stream has a hole");
        assert!(recorded_at <= Some(read.place.recorded_at), "recorded time went back");
        recorded_at = Some(read.place.recorded_at);
    }
    let mut acknowledged = HashSet::new();
    for (number, answer) in told {
        assert_eq!(places.get(&id(*number)), Some(&answer.position), "act {number} was promised");
        acknowledged.insert(*number);
    }
    assert!(acknowledged.len() > 100, "only {} acts: nothing was tried", acknowledged.len());
    assert_eq!(places.len(), acknowledged.len(), "every command was answered in the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_handles_on_one_file_keep_order_and_completeness() {
    let fresh = Fresh::sqlite().await;
    let other = fresh.again().await;
    check(vec![fresh.store.clone(), other], tokio::time::sleep(length() / 4)).await;
}

/// A server of its own, since it is killed; durable, as in production.
#[tokio::test(flavor = "multi_thread")]
async fn replicas_keep_order_and_completeness_through_pauses_and_crashes() {
    let server = Server::start(&[]).await;
    let database = name();
    server.run("postgres", &format!("create database {database}")).await;
    server.run("postgres", "create table public.other (n int)").await;
    let url = server.url(&database);
    Store::migrate_postgres(&url).await.unwrap();
    // One act in fifty waits inside its transaction, after it has its position.
    let pauses = "create function pause() returns trigger language plpgsql as $$ begin
            if random() < 0.02 then perform pg_sleep(random() * 0.05); end if; return new;
        end $$;
        create trigger pause after insert on chronicle.events for each row
            execute function pause();";
    let replicas = join_all((0..3).map(|_| Store::open_postgres(&url))).await;
    let replicas: Vec<Store> = replicas.into_iter().map(Result::unwrap).collect();
    server.run(&database, pauses).await;
    let trouble = async {
        let start = Instant::now();
        while start.elapsed() < length() {
            // Transactions that stay open, here and in another database, with an id of their own.
            let beside = server.hold("postgres", "insert into public.other values (1)").await;
            let within = server.hold(&database, "create temp table t as select 1 as n").await;
            tokio::time::sleep(length() / 5).await;
            server.crash().await;
            drop((beside, within));
            tokio::time::sleep(length() / 10).await;
        }
    };
    check(replicas, trouble).await;
}
