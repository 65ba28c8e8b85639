//! A city's year under supervision: every projection and every docket in one rebuild, then every
//! list asked again and again: `cargo bench --bench supervision -- SITES [CASES]`.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)]

use std::time::{Duration, Instant};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tongjian::access::Grant;
use tongjian::lists::{self, LISTS, Wanted};
use tongjian::runner::{self, REGISTRY};
use tongjian::simulate::{self, Plan};
use tongjian::store::Store;

/// How often each list is asked.
const ASKED: u32 = 400;
/// The counties of the simulated city.
const COUNTIES: [&str; 9] = [
    "320602000000",
    "320611000000",
    "320671000000",
    "320621000000",
    "320623000000",
    "320681000000",
    "320682000000",
    "320683000000",
    "320684000000",
];

fn main() {
    let asked: Vec<u32> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let sites = asked.first().copied().unwrap_or(200);
    let cases_per_hundred_days = asked.get(1).copied().unwrap_or(150);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(sites, cases_per_hundred_days));
}

async fn run(sites: u32, cases_per_hundred_days: u32) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("year.db")).await.unwrap();
    let (from, to) = ("2008-01-02".parse().unwrap(), "2008-12-31".parse().unwrap());
    let plan = Plan { sites, from, to, cases_per_hundred_days, ..Plan::default() };
    simulate::run(&store, &plan, chrono::Utc::now(), |_, _| {}).await.unwrap();
    let acts = store.head().await.unwrap().position;
    println!("{acts} acts at {sites} sites");

    let all: Vec<_> = REGISTRY.iter().collect();
    let began = Instant::now();
    runner::rebuild(&store, &all, &mut |_, _, _| {}).await.unwrap();
    let projections = began.elapsed();
    let began = Instant::now();
    runner::judge_dockets(&store).await.unwrap();
    let dockets = began.elapsed();
    let rate = |took: Duration| acts as u128 * 1_000 / took.as_millis().max(1);
    println!("every projection: {projections:.1?}, {} acts/s", rate(projections));
    println!("every docket: {dockets:.1?}, {} acts/s", rate(dockets));
    println!("peak of memory: {} MB", peak_megabytes());

    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for list in LISTS {
        let mut took = Vec::with_capacity(ASKED as usize);
        for _ in 0..ASKED {
            let mut wanted = Wanted { limit: 100, ..Wanted::default() };
            if list.site.is_some() && rng.random_range(0..4) > 0 {
                let county = COUNTIES[rng.random_range(0..COUNTIES.len())];
                wanted.site = Some(county.parse().unwrap());
            }
            let day = rng.random_range(0..365);
            wanted.as_of = Some(from + chrono::Days::new(day));
            let began = Instant::now();
            lists::page(&store, list, &wanted, &Grant::open()).await.unwrap();
            took.push(began.elapsed());
        }
        took.sort_unstable();
        let share = |percent: usize| took[took.len() * percent / 100];
        println!("{:24} median {:>8.2?}  p99 {:>8.2?}", list.name, share(50), share(99));
    }
}

fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() / 1_024
}
