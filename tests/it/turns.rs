//! Several processes on one chronicle in PostgreSQL: leases decide who folds, the checkpoint alone
//! decides what is right.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use tongjian::runner::{
    GenerationRole, REGISTRY, Registered, Runner, RunnerError, checkpoints, rebuild,
    verify_projection,
};
use tongjian::store::{Expected, Store};
use tongjian::watch;
use tongjian_events::{Recorded, Row as CatalogRow};
use tongjian_projections::{Cell, Column, ColumnKind, Context, Lines, Projection, Span, Table};

use crate::acts::{Fresh, command, notice};
use crate::read_tables::shown;

const LONG: Duration = Duration::from_secs(60);
/// Whoever holds a lease holds it no more.
const STEAL: &str = "update leases set owner = gen_random_uuid(), expires_at = '-infinity'";
const TURNS: &str = "select epoch::text from leases where name like 'fold/%' order by name";

/// Where the first fold of an act that says `halt` stands still until it is let go.
static HALTS: AtomicBool = AtomicBool::new(true);
static GATE: (Mutex<Gate>, Condvar) = (Mutex::new(Gate::Open), Condvar::new());

#[derive(Debug, PartialEq, Eq)]
enum Gate {
    Open,
    Reached,
    LetGo,
}

/// Counts the acts of each stream.
struct Counted;

impl Projection for Counted {
    type Row = u64;

    const NAME: &'static str = "halting";
    const EDITION: u32 = 1;
    const TABLES: &'static [Table] = &[Table {
        name: "halting_streams",
        columns: &[Column { name: "acts", kind: ColumnKind::Integer }],
        indexes: &[],
    }];

    fn reads(_: &CatalogRow) -> bool {
        true
    }

    fn touches(act: &Recorded) -> Vec<String> {
        vec![act.submission.stream.to_string()]
    }

    fn fold(row: &mut Option<u64>, _: &str, act: &Recorded) {
        if act.submission.body.get().contains("halt") && HALTS.swap(false, Ordering::Relaxed) {
            *GATE.0.lock().unwrap() = Gate::Reached;
            let gate = GATE.0.lock().unwrap();
            drop(GATE.1.wait_while(gate, |gate| *gate != Gate::LetGo).unwrap());
        }
        *row.get_or_insert(0) += 1;
    }

    fn derive(_: &str, row: &u64, _: &Context, out: &mut Lines) -> Option<Span> {
        out.0.push((0, vec![Cell::from(*row)]));
        None
    }
}

static COUNTED: &[Registered] = &[Registered::of::<Counted>()];

/// Appends a notice to each of these cases.
async fn notices(store: &Store, cases: u64, first: u64, says: &str) {
    for number in 0..cases {
        let stream = format!("case/{number:02}");
        let act = notice(first + number, &stream, says);
        store.append(command(&stream, Expected::Any, vec![act])).await.unwrap();
    }
}

async fn position(store: &Store, projection: &Registered) -> u64 {
    // Two who begin at once may each fill a generation: what is shown is the one that serves.
    let held = checkpoints(store, projection).await.unwrap();
    let serving = held.iter().find(|at| at.role == GenerationRole::Serving);
    serving.or(held.last()).map_or(0, |at| at.position)
}

/// Waits until something holds, asked again and again.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..1_200 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never: {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_turn_lost_in_mid_batch_writes_nothing() {
    let fresh = Fresh::postgres().await;
    let (first, second) = (&fresh.store, fresh.again().await);
    notices(first, 5, 100, "halt").await;
    let slow = Runner::spawn(first, COUNTED).unwrap();
    until("a batch is under way", async || *GATE.0.lock().unwrap() == Gate::Reached).await;

    // The one in mid-batch loses its turn; the other folds all of it, and what came after.
    fresh.by_hand(STEAL).await;
    let quick = Runner::spawn(&second, COUNTED).unwrap();
    notices(first, 5, 200, "photo").await;
    quick.wait_for(10, LONG).await.unwrap();
    assert_eq!(position(first, &COUNTED[0]).await, 10);
    let before = shown(&fresh, COUNTED).await;

    *GATE.0.lock().unwrap() = Gate::LetGo;
    GATE.1.notify_all();
    slow.wait_for(10, LONG).await.unwrap();
    assert_eq!(position(first, &COUNTED[0]).await, 10);
    assert_eq!(shown(&fresh, COUNTED).await, before);
    assert!(before["halting_streams"].iter().all(|line| line.ends_with(",2]")), "{before:?}");

    notices(first, 5, 300, "photo").await;
    for runner in [slow, quick] {
        runner.wait_for(15, LONG).await.unwrap();
        runner.stop().await;
    }
    let proven = verify_projection(&second, &COUNTED[0], &mut |_, _| {}).await.unwrap();
    assert_eq!(proven, 15);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_fold_at_once_fold_each_act_once_and_never_go_back() {
    let fresh = Fresh::postgres().await;
    let other = fresh.again().await;
    let runners =
        [Runner::spawn(&fresh.store, REGISTRY).unwrap(), Runner::spawn(&other, REGISTRY).unwrap()];
    let done = AtomicBool::new(false);
    let thief = async {
        let mut seen = vec![0; REGISTRY.len()];
        while !done.load(Ordering::Relaxed) {
            fresh.by_hand(STEAL).await;
            for (projection, seen) in REGISTRY.iter().zip(&mut seen) {
                let now = position(&other, projection).await;
                assert!(now >= *seen, "{} went back from {seen} to {now}", projection.name);
                *seen = now;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let writer = async {
        for step in 1..60 {
            notices(&fresh.store, 10, step * 100, "photo").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for runner in runners {
            runner.wait_for(590, LONG).await.unwrap();
            runner.stop().await;
        }
        done.store(true, Ordering::Relaxed);
    };
    tokio::join!(thief, writer);
    let turns = fresh.ask(TURNS).await;
    assert!(turns.iter().all(|epoch| epoch.parse::<u64>().unwrap() > 2), "{turns:?}");
    for projection in REGISTRY {
        let proven = verify_projection(&other, projection, &mut |_, _| {}).await.unwrap();
        assert_eq!(proven, 590, "{}", projection.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_folds_the_others_look_on_and_the_next_takes_over() {
    let fresh = Fresh::postgres().await;
    let other = fresh.again().await;
    let first = Runner::spawn(&fresh.store, REGISTRY).unwrap();
    notices(&fresh.store, 3, 100, "photo").await;
    first.wait_for(3, LONG).await.unwrap();
    let second = Runner::spawn(&other, REGISTRY).unwrap();
    second.wait_for(3, LONG).await.unwrap();
    notices(&fresh.store, 3, 200, "photo").await;
    second.wait_for(6, LONG).await.unwrap();
    assert_eq!(fresh.ask(TURNS).await, vec!["1"; REGISTRY.len() + 1]);

    first.stop().await;
    notices(&other, 3, 300, "photo").await;
    second.wait_for(9, LONG).await.unwrap();
    assert_eq!(fresh.ask(TURNS).await, vec!["2"; REGISTRY.len() + 1]);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_another_rebuilding_waits_and_then_says_so() {
    let fresh = Fresh::postgres().await;
    notices(&fresh.store, 3, 100, "photo").await;
    let held = "insert into leases values
        ('rebuild/timeline', gen_random_uuid(), 1, clock_timestamp() + interval '1 hour')";
    fresh.by_hand(held).await;
    let timeline = REGISTRY.iter().find(|projection| projection.name == "timeline").unwrap();
    let refused = rebuild(&fresh.store, &[timeline], &mut |_, _, _| {}).await;
    assert!(matches!(refused, Err(RunnerError::Overtaken { .. })), "{refused:?}");
    fresh.by_hand(STEAL).await;
    rebuild(&fresh.store, &[timeline], &mut |_, _, _| {}).await.unwrap();
    assert_eq!(verify_projection(&fresh.store, timeline, &mut |_, _| {}).await.unwrap(), 3);
}

#[tokio::test]
async fn of_several_processes_one_watches() {
    let fresh = Fresh::postgres().await;
    let other = fresh.again().await;
    assert!(watch::on_duty(&fresh.store).await.unwrap());
    assert!(!watch::on_duty(&other).await.unwrap());
    assert!(watch::on_duty(&fresh.store).await.unwrap());
    fresh.by_hand(STEAL).await;
    assert!(watch::on_duty(&other).await.unwrap());
    assert!(!watch::on_duty(&fresh.store).await.unwrap());
    // Who gives it back had it, or nothing changes.
    watch::off_duty(&fresh.store).await;
    assert!(!watch::on_duty(&fresh.store).await.unwrap());
    watch::off_duty(&other).await;
    assert!(watch::on_duty(&fresh.store).await.unwrap());
    let alone = Fresh::sqlite().await;
    assert!(watch::on_duty(&alone.store).await.unwrap());
}
