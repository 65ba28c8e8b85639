//! 負荷: the workloads that event stores are compared by, on both backends, beside what the
//! databases do with bare rows in the same run. Ratios count; the absolute figures of a shared
//! machine mean little.
//!
//! `cargo bench --bench workloads -- [sqlite|postgres]`; with `stored=10000000` only W2 with 64
//! clients, when 100,000 acts are stored and when so many are.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::panic,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark stops where it fails, and prints what it found"
)]

use std::collections::HashMap;
use std::time::Instant;

use tempfile::TempDir;
use tongjian::store::Store;

#[path = "../tests/it/postgres.rs"]
mod postgres;
mod support;

use postgres::Server;
use support::{CASE, appended, bare, bulk, median, per_second, read_streams, single, whole_case};

/// Acts of each measurement.
const ACTS: u64 = 51_200;
/// Acts that are loaded at once.
const BULK: u64 = 102_400;
/// How many acts a small chronicle holds.
const GROWN_FROM: u64 = 100_000;
/// Commits of a single client.
const SINGLES: u64 = 3_000;
const ROUNDS: usize = 3;

/// What is measured, in the order of the table: its name, and what it is compared with.
type Figures = Vec<(&'static str, f64, f64)>;

enum Backend {
    Sqlite,
    Postgres(Server),
}

impl Backend {
    /// An empty chronicle, and what must outlive it.
    async fn fresh(&self) -> (Store, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store = match self {
            Self::Sqlite => Store::open(&folder.path().join("chronicle.db")).await.unwrap(),
            Self::Postgres(server) => {
                let name = postgres::name();
                server.run("postgres", &format!("create database {name}")).await;
                Store::migrate_postgres(&server.url(&name)).await.unwrap();
                Store::open_postgres(&server.url(&name)).await.unwrap()
            }
        };
        (store, folder)
    }

    async fn bare(&self, size: usize, count: u64) -> f64 {
        let rows = bare::rows(count);
        match self {
            Self::Sqlite => bare::sqlite(tempfile::tempdir().unwrap().path(), size, &rows).await,
            Self::Postgres(server) => bare::postgres(&server.url("postgres"), size, &rows).await,
        }
    }

    async fn round(&self) -> Figures {
        let singles = |count| (0..count).map(single).collect::<Vec<_>>();
        let cases = || (0..ACTS / CASE).map(whole_case).collect::<Vec<_>>();
        let mut figures = Figures::new();
        let one = self.bare(1, SINGLES).await;
        let many = self.bare(64, ACTS).await;
        figures.push(("bare, 1 row a commit", one, one));
        figures.push(("bare, 64 rows a commit", many, many));
        if let Self::Postgres(server) = self {
            let rows = bare::rows(ACTS / 4);
            let rate = bare::postgres_at_once(&server.url("postgres"), 16, rows).await;
            figures.push(("bare, 16 connections, 1 row a commit", rate, many));
        }
        let mut append = async |name, clients, commands, beside: f64| {
            let (store, folder) = self.fresh().await;
            let rate = appended(&store, clients, commands).await;
            store.close().await;
            drop(folder);
            println!("  {name}: p99 {:.1} ms", rate.p99.as_secs_f64() * 1e3);
            figures.push((name, rate.per_second, beside));
            rate.per_second
        };
        append("W1, 1 client", 1, singles(SINGLES), one).await;
        let w2_16 = append("W2, 16 clients", 16, singles(ACTS), many).await;
        let w2_64 = append("W2, 64 clients", 64, singles(ACTS), many).await;
        append("W2, 256 clients", 256, singles(ACTS), many).await;
        append("W3, 16 clients, beside W2 16", 16, cases(), w2_16).await;
        append("W3, 64 clients, beside W2 64", 64, cases(), w2_64).await;
        self.bulk(&mut figures).await;
        self.reads(&mut figures).await;
        figures
    }

    async fn bulk(&self, figures: &mut Figures) {
        let folder = tempfile::tempdir().unwrap();
        let rows = bare::rows(BULK);
        let bare = match self {
            Self::Sqlite => bare::sqlite_at_once(folder.path(), &rows).await,
            Self::Postgres(server) => bare::postgres_copied(&server.url("postgres"), &rows).await,
        };
        figures.push(("bare, all rows in one commit", bare, bare));
        let path = bulk::written(folder.path(), rows.into_iter());
        let (store, kept) = self.fresh().await;
        let restored = bulk::restored(&store, &path).await;
        figures.push(("W4, an export restored", restored, bare));
        store.close().await;
        drop(kept);
        let (store, _kept) = self.fresh().await;
        let imported = bulk::imported(&store, &path).await;
        figures.push(("W4, an export imported as NDJSON", imported, bare));
        store.close().await;
    }

    async fn reads(&self, figures: &mut Figures) {
        let (store, _folder) = self.fresh().await;
        appended(&store, 64, (0..ACTS / CASE).map(whole_case).collect()).await;
        let one = read_streams(&store, 1, ACTS / CASE / 2).await;
        figures.push(("R1, 1 client, streams", one.per_second, one.per_second));
        let many = read_streams(&store, 16, ACTS / CASE).await;
        println!("  R1, 16 clients: p99 {:.2} ms", many.p99.as_secs_f64() * 1e3);
        figures.push(("R1, 16 clients, streams", many.per_second, one.per_second));
        let r2 = whole(&store, |_| {}).await;
        figures.push(("R2, the whole log", r2, r2));
        let mut counts: HashMap<(&'static str, String), u64> = HashMap::new();
        let p1 = whole(&store, |act| {
            let read = act.read().unwrap();
            let day = read.submission.occurred_at.date_naive().to_string();
            *counts.entry((read.row.wire_name(), day)).or_default() += 1;
        })
        .await;
        assert_eq!(counts.values().sum::<u64>(), ACTS);
        figures.push(("P1, counted by kind and day", p1, r2));
    }
}

/// Acts a second of the whole log in order, each given to `take`.
async fn whole(store: &Store, mut take: impl FnMut(&tongjian::store::Stored)) -> f64 {
    let start = Instant::now();
    let mut position = 0;
    loop {
        let page = store.after(position, 2_000).await.unwrap();
        let Some(last) = page.last() else { break };
        position = last.position;
        page.iter().for_each(&mut take);
    }
    per_second(position, start.elapsed())
}

/// W2 with 64 clients on one chronicle, small and grown to so many acts.
async fn grown(name: &str, backend: Backend, stored: u64) {
    let (store, _folder) = backend.fresh().await;
    let mut rates = Vec::new();
    let mut next = 0;
    for size in [GROWN_FROM, stored] {
        let start = Instant::now();
        next = bulk::filled(&store, next, size).await;
        let took = start.elapsed().as_secs_f64();
        println!("  {next} acts stored, the last of them in {took:.0} s");
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let commands = (next..next + ACTS).map(single).collect();
            next += ACTS;
            rounds.push(appended(&store, 64, commands).await.per_second);
        }
        println!("  W2, 64 clients: {rounds:.0?} a second");
        rates.push(median(rounds));
    }
    println!(
        "| {name}: W2 64 at {stored} acts to W2 64 at {GROWN_FROM} | {:.2} |",
        rates[1] / rates[0]
    );
    store.close().await;
}

async fn measure(name: &str, backend: Backend) {
    println!("{name}");
    let mut rounds: Vec<Figures> = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(backend.round().await);
    }
    println!("\n| {name}, {ACTS} acts, median of {ROUNDS} | a second | ratio |");
    println!("|---|---|---|");
    for (index, (what, _, _)) in rounds[0].iter().enumerate() {
        let rate = median(rounds.iter().map(|round| round[index].1).collect());
        let ratio = median(rounds.iter().map(|round| round[index].1 / round[index].2).collect());
        println!("| {what} | {rate:.0} | {ratio:.2} |");
    }
    println!();
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let stored = words.iter().find_map(|word| word.strip_prefix("stored=")?.parse().ok());
    let only = words.iter().find(|word| !word.contains('='));
    for name in ["sqlite", "postgres"] {
        if only.is_some_and(|only| only != name) {
            continue;
        }
        let backend = match name {
            "sqlite" => Backend::Sqlite,
            _ => Backend::Postgres(
                Server::start(&["shared_buffers=256MB", "max_wal_size=4GB"]).await,
            ),
        };
        match stored {
            Some(stored) => grown(name, backend, stored).await,
            None => measure(name, backend).await,
        }
    }
}
