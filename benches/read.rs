//! How long one case takes to be read and judged when a million acts are stored, and how many
//! acts a second a simulated city writes. `cargo bench --bench read -- 1000000`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark stops where it fails, and prints what it found"
)]

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use tongjian::access::Grant;
use tongjian::clock::Clock;
use tongjian::query::{Moment, Queries};
use tongjian::simulate::{self, Plan};
use tongjian::store::Store;

#[tokio::main]
async fn main() {
    let wanted: u64 = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("chronicle.db")).await.unwrap();
    // Six months of sixty sites at 150 are some 56,000 acts.
    let cases_per_hundred_days = u32::try_from(150 * wanted / 45_000).unwrap();
    let to = NaiveDate::from_ymd_opt(2008, 8, 31).unwrap();
    let plan = Plan { cases_per_hundred_days, to, ..Plan::default() };
    let start = Instant::now();
    let summary = simulate::run(&store, &plan, Clock::default().now(), |_, _| {}).await.unwrap();
    let rate = summary.acts as f64 / start.elapsed().as_secs_f64();
    println!("{} acts of {} cases simulated, {rate:.0} acts/s", summary.acts, summary.cases);

    let names = names(&store).await;
    let queries = Queries::new(store.clone(), Clock::default(), None);
    let moment = Moment::default();
    let (mut read, mut judged) = (Vec::new(), Vec::new());
    for at in 0..4_000_usize {
        // Far apart, so that no read warms the next.
        let name = &names[at * 7_919 % names.len()];
        let stream = name.parse().unwrap();
        let start = Instant::now();
        let acts = store.stream(&stream, 0, 1_000).await.unwrap();
        let count = acts.iter().filter(|act| act.read().is_ok()).count();
        read.push(start.elapsed());
        assert!(count > 0);
        let start = Instant::now();
        let case = queries.case(stream, moment, &Grant::open()).await.unwrap();
        judged.push(start.elapsed());
        assert_eq!(case.acts.len(), count);
    }
    say("a case's timeline, read", &mut read);
    say("the same with its clocks, judged", &mut judged);
}

async fn names(store: &Store) -> Vec<String> {
    let (mut names, mut after) = (Vec::new(), String::new());
    let head = store.head().await.unwrap().position;
    loop {
        let page = store.streams("case/", &after, head, 20_000).await.unwrap();
        let Some((last, _)) = page.last() else { return names };
        after.clone_from(last);
        names.extend(page.into_iter().map(|(name, _)| name));
    }
}

fn say(what: &str, took: &mut [Duration]) {
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    println!("{what}: median {:?}, 99th percentile {:?}", at(50), at(99));
}
