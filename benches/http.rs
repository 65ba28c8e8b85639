//! 網路: acts sent over HTTP on loopback, the client on the same cores: one act a request from 64
//! connections, and NDJSON batches of 1,000 from four; on both backends, with the projections
//! folding beside it and without.
//!
//! `cargo bench --bench http -- [sqlite|postgres]`
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

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tongjian::clock::Clock;
use tongjian::http::{Access, Running, Settings, serve};
use tongjian::metrics::Metrics;
use tongjian::runner::{REGISTRY, Runner};
use tongjian::store::Store;

#[path = "../tests/it/postgres.rs"]
mod postgres;
mod support;

use postgres::Server;
use support::{median, text};

/// How long is measured.
const LONG: Duration = Duration::from_secs(4);
const ROUNDS: usize = 3;
/// What is sent: connections, acts a request.
const WAYS: [(usize, u64); 2] = [(64, 1), (4, 1_000)];

/// One connection, which sends one request after another.
struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Client {
    async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, answer: vec![0; 1 << 20] }
    }

    /// Sends acts and waits for the answer; all of them must have been taken.
    async fn send(&mut self, acts: &[String]) {
        let (kind, status) = match acts {
            [_] => ("json", "201"),
            _ => ("x-ndjson", "200"),
        };
        let body = acts.join("\n");
        let request = format!(
            "POST /v1/acts HTTP/1.1\r\nhost: x\r\ncontent-type: application/{kind}\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let mut held = 0;
        let body = loop {
            held += self.stream.read(&mut self.answer[held..]).await.unwrap();
            let text = std::str::from_utf8(&self.answer[..held]).unwrap();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{text}");
            let length = head.split("content-length: ").nth(1).unwrap();
            let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
            if body.len() >= length {
                break body;
            }
        };
        if acts.len() > 1 {
            assert_eq!(body.matches("\"status\":201").count(), acts.len(), "{body}");
        }
    }
}

/// Acts a second, and the median of the requests' times.
async fn sent(address: SocketAddr, clients: usize, acts: u64) -> (f64, Duration) {
    let start = Instant::now();
    let each = 1 << 24;
    let work: Vec<_> = (0..clients as u64)
        .map(|client| {
            tokio::spawn(async move {
                let mut connection = Client::connect(address).await;
                let (mut number, mut times) = (client * each, Vec::new());
                while start.elapsed() < LONG {
                    let acts: Vec<String> = (number..number + acts).map(text).collect();
                    number += acts.len() as u64;
                    let start = Instant::now();
                    connection.send(&acts).await;
                    times.push(start.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for client in work {
        times.extend(client.await.unwrap());
    }
    let rate = times.len() as f64 * acts as f64 / start.elapsed().as_secs_f64();
    times.sort_unstable();
    (rate, times[times.len() / 2])
}

async fn served(store: &Store, folding: bool) -> Running {
    let settings = Settings {
        listen: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
        access: Access::Open,
        ..Settings::default()
    };
    let runner = folding.then(|| Runner::spawn(store, REGISTRY).unwrap());
    let (clock, metrics) = (Clock::default(), Metrics::new().unwrap());
    serve(settings, store.clone(), clock, metrics, runner).await.unwrap()
}

async fn measure(name: &str, server: Option<&Server>) {
    for folding in [false, true] {
        for (clients, acts) in WAYS {
            let mut rates = Vec::new();
            let mut middle = Duration::ZERO;
            for _ in 0..ROUNDS {
                let folder = tempfile::tempdir().unwrap();
                let store = match server {
                    None => Store::open(&folder.path().join("chronicle.db")).await.unwrap(),
                    Some(server) => {
                        let name = postgres::name();
                        server.run("postgres", &format!("create database {name}")).await;
                        Store::migrate_postgres(&server.url(&name)).await.unwrap();
                        Store::open_postgres(&server.url(&name)).await.unwrap()
                    }
                };
                let running = served(&store, folding).await;
                let (rate, time) = sent(running.addresses[0], clients, acts).await;
                rates.push(rate);
                middle = time;
                running.stop().await.unwrap();
            }
            let beside = if folding { ", projections folding" } else { "" };
            println!(
                "| {name}, {clients} connections, {acts} acts a request{beside} | {:.0} | {:.1} ms |",
                median(rates),
                middle.as_secs_f64() * 1e3,
            );
        }
    }
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let only: Option<String> = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    println!("| | acts a second | median of a request |\n|---|---|---|");
    if wanted("sqlite") {
        measure("sqlite", None).await;
    }
    if wanted("postgres") {
        let server = Server::start(&["shared_buffers=256MB", "max_wal_size=4GB"]).await;
        measure("postgres", Some(&server)).await;
    }
}
