//! What each kind of page costs in a large city: the time until its last byte is there, and its size,
//! asked over HTTP on loopback by somebody whose readings are entered in the audit trail.
//! `cargo bench --bench pages -- SITES [FOLDER] [only=WORDS]`; a folder that holds a city already is
//! asked as it is, and only those kinds of pages are asked whose name holds the words.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark stops where it fails, and prints what it found"
)]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use tongjian::access::{Grant, Wanted, issue_token};
use tongjian::bulletin::contents::{Contents, Makes};
use tongjian::bulletin::life::{By, Clerk};
use tongjian::clock::Clock;
use tongjian::http::{Access, Settings, serve};
use tongjian::metrics::Metrics;
use tongjian::runner::{self, REGISTRY, Runner};
use tongjian::simulate::{self, Plan};
use tongjian::store::Store;
use tongjian::watch;
use tongjian_events::values::StaffId;

/// How often each kind of page is asked.
const ASKED: usize = 200;
/// What the clock shows.
const NOW: &str = "2008-08-08T09:00:00+08:00";
const CITY: &str = "320600000000";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let sites = words.iter().find_map(|word| word.parse().ok()).unwrap_or(60);
    let only = words.iter().find_map(|word| word.strip_prefix("only=")).unwrap_or_default();
    let is_folder = |word: &&String| word.parse::<u32>().is_err() && !word.starts_with("only=");
    let folder = words.iter().find(is_folder);
    let own = tempfile::tempdir().unwrap();
    let folder = folder.map_or(own.path(), Path::new);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    let store = runtime.block_on(city(folder, sites));
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let (address, token, running) = runtime.block_on(async {
        let wanted = Wanted {
            name: format!("bench-{}", Utc::now().timestamp_micros()),
            holder: "bench".into(),
            sites: Vec::new(),
            may_append: Vec::new(),
            may_read: true,
            until_on: None,
        };
        let token = issue_token(&store, wanted, now).await.unwrap();
        let settings = Settings {
            listen: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            access: Access::Tokens,
            workers: Some(2),
            contents: Arc::new(Contents::new(Some(folder))),
            ..Settings::default()
        };
        let runner = Runner::spawn(&store, REGISTRY).unwrap();
        let head = store.head().await.unwrap().position;
        runner.wait_for(head, Duration::from_secs(600)).await.unwrap();
        let metrics = Metrics::new().unwrap();
        let clock = Clock::starting_at(now);
        let running = serve(settings, store.clone(), clock, metrics, Some(runner)).await.unwrap();
        (running.addresses[0], token, running)
    });
    ask(&Reader { address, token, agent: ureq::Agent::new_with_defaults() }, only);
    runtime.block_on(running.stop()).unwrap();
}

/// The city as it stands on the morning: simulated, folded, watched, with a bulletin drafted.
async fn city(folder: &Path, sites: u32) -> Store {
    let file = folder.join("pages.db");
    let is_there = file.exists();
    let store = Store::open(&file).await.unwrap();
    if is_there {
        println!("{} acts are there", store.head().await.unwrap().position);
        return store;
    }
    let began = Instant::now();
    let (from, to) = ("2008-05-01".parse().unwrap(), "2008-08-07".parse().unwrap());
    let plan = Plan { sites, from, to, seed: 5, ..Plan::default() };
    let done = simulate::run(&store, &plan, Utc::now(), |_, _| {}).await.unwrap();
    println!("{} acts at {} sites, {:.0?}", done.acts, done.sites, began.elapsed());
    let all: Vec<_> = REGISTRY.iter().collect();
    runner::rebuild(&store, &all, &mut |_, _, _| {}).await.unwrap();
    runner::judge_dockets(&store).await.unwrap();
    println!("folded, {:.0?}", began.elapsed());
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let runner = Runner::spawn(&store, REGISTRY).unwrap();
    watch::look(&store, &runner, now).await.unwrap();
    let head = store.head().await.unwrap().position;
    runner.wait_for(head, Duration::from_secs(3_600)).await.unwrap();
    println!("watched, {head} acts, {:.0?}", began.elapsed());
    let contents = Contents::new(Some(folder)).that_go_on();
    let by = By::person(StaffId::new("JC-01").unwrap(), Grant::open());
    let clerk = Clerk { store: &store, contents: &contents, makes: Makes::quietly(), by, now };
    clerk.draft("2008-07".parse().unwrap(), CITY.parse().unwrap()).await.unwrap();
    runner.wait_for(store.head().await.unwrap().position, Duration::from_secs(600)).await.unwrap();
    runner.stop().await;
    println!("a bulletin drafted, {:.0?}", began.elapsed());
    store
}

/// Somebody who reads.
struct Reader {
    address: SocketAddr,
    token: String,
    agent: ureq::Agent,
}

impl Reader {
    fn read(&self, path: &str, accept: &str) -> String {
        loop {
            let request = self
                .agent
                .get(format!("http://{}{path}", self.address))
                .header("Authorization", format!("Bearer {}", self.token))
                .header("Accept", accept);
            match request.call() {
                // What is being made is waited for.
                Err(ureq::Error::StatusCode(503)) => std::thread::sleep(Duration::from_secs(1)),
                answer => return answer.expect(path).body_mut().read_to_string().unwrap(),
            }
        }
    }

    /// The values of a column of a list.
    fn listed(&self, list: &str, column: &str) -> Vec<String> {
        let page = self.read(&format!("/v1/lists/{list}?limit=500"), "application/json");
        let page: Value = serde_json::from_str(&page).unwrap();
        let lines = page["lines"].as_array().unwrap().iter();
        let mut all: Vec<String> =
            lines.filter_map(|line| line[column].as_str().map(str::to_owned)).collect();
        all.dedup();
        all
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A kind of page with the addresses that are asked in turn.
type Kind = (&'static str, Vec<String>);

/// Addresses that begin alike and end with each of these names.
fn of(before: &str, names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("{before}{}", encoded(name))).collect()
}

fn one(path: &str) -> Vec<String> {
    vec![path.to_owned()]
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The boards, up to today.
fn boards(more: &str) -> Vec<String> {
    let names = ["overview", "places", "deadlines", "flags", "cards", "windows"];
    names.map(|name| format!("/boards/{name}?to=2008-08-07{more}")).to_vec()
}

/// The pages about cases, sites, items, and the search.
fn of_the_network(sites: &[String], cases: &[String]) -> Vec<Kind> {
    let counties: Vec<String> = ["02", "11", "71", "21", "23", "81", "82", "83", "84"]
        .map(|county| format!("3206{county}000000"))
        .to_vec();
    let items = words(&["QL-0101", "QL-0201", "QL-0301", "QL-0601"]);
    vec![
        ("today", one("/")),
        ("cases", one("/cases")),
        ("cases of a county", of("/cases?site=", &counties)),
        ("cases of an item", of("/cases?item=", &items)),
        ("cases that missed a limit", of("/cases?state=missed&site=", &counties)),
        ("cases due", of("/cases?state=running&due_to=2008-08-08&site=", &counties)),
        ("a case", of("/cases/", cases)),
        ("the city", vec![format!("/places/{CITY}")]),
        ("a county", of("/places/", &counties)),
        ("a site", of("/sites/", sites)),
        ("an item", of("/items/", &items)),
        ("search: a case", of("/search?q=", cases)),
        ("search: a site's code", of("/search?q=", sites)),
        ("search: a name", of("/search?q=", &words(&["便民", "中心", "许可"]))),
        ("search: a number", of("/search?q=", &words(&["〔2008〕1号", "JC-01"]))),
        ("search: nothing", of("/search?q=", &words(&["不存在", "zzz"]))),
    ]
}

/// The pages of supervision, of bulletins and of the chronicle.
fn of_supervision(reader: &Reader, sites: &[String], cases: &[String]) -> Vec<Kind> {
    let own = |of: &str, list: &str| -> Vec<String> {
        let keys = reader.listed(list, "key");
        let names = keys.iter().filter_map(|key| key.split_once('/'));
        names.map(|(_, name)| format!("/{of}/{}", encoded(name))).collect()
    };
    let bulletin = format!("/bulletins/monthly-2008-07-{CITY}");
    let figures = reader.read(&format!("{bulletin}/figures"), "text/html");
    let figures = figures.split('"').filter(|text| text.contains("/figures/")).take(40);
    let head = reader.read("/v1/acts?after=4611686018427387904", "application/json");
    let head: Value = serde_json::from_str(&head).unwrap();
    let head = head["position"].as_u64().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let acts = (0..ASKED).map(|_| rng.random_range(1..=head)).collect::<Vec<_>>();
    vec![
        ("cards", one("/cards")),
        ("red cards", one("/cards?level=red")),
        ("a card", own("cards", "cards")),
        ("rectification", one("/rectification")),
        ("complaints", one("/complaints")),
        ("a complaint", own("complaints", "complaints")),
        ("inspections", one("/inspections")),
        ("an inspection", own("inspections", "slips")),
        ("the form of an inspection", of("/inspect?checklist=township&site=", sites)),
        ("bulletins", one("/bulletins")),
        ("a bulletin", one(&bulletin)),
        ("its figures", vec![format!("{bulletin}/figures")]),
        ("the chronicle", acts.iter().map(|at| format!("/chronicle?before={at}")).collect()),
        ("an act", acts.iter().map(|at| format!("/chronicle/{at}")).collect()),
        ("a stream", of("/chronicle?q=case/", cases)),
        ("policies", one("/policies")),
        ("a policy", one("/policies/clock-rules")),
        ("the boards of a month", boards("")),
        ("the boards of a county", boards("&site=320681000000")),
        ("the boards of 99 days", boards("&from=2008-05-01")),
        ("a figure", figures.map(str::to_owned).collect()),
    ]
}

fn ask(reader: &Reader, only: &str) {
    let assets = ["console.css", "console.js", "htmx.min.js", "icon.svg"];
    let read = |name: &&str| reader.read(&format!("/assets/{name}"), "*/*").len();
    let beside: usize = assets.iter().map(read).sum();
    println!("style, scripts and icon without the chart library: {} kB, once", beside / 1_000);
    let head = ["first", "median", "p99", "most", "kB"].map(|word| format!("{word:>10}")).concat();
    println!("{:28}{head}", "page");
    let sites = reader.listed("flags", "site");
    let cases: Vec<String> = reader
        .listed("irregularities", "key")
        .iter()
        .filter_map(|key| key.strip_prefix("case/").map(str::to_owned))
        .collect();
    let supervision = of_supervision(reader, &sites, &cases);
    let kinds = of_the_network(&sites, &cases).into_iter().chain(supervision);
    for (name, paths) in kinds.filter(|(name, _)| name.contains(only)) {
        if paths.is_empty() {
            println!("{name:28} there is none");
            continue;
        }
        let asked = |path: &String| {
            let began = Instant::now();
            reader.read(path, "text/html");
            began.elapsed()
        };
        // The slowest of the first askings, each of another page where there are several.
        let first = paths.iter().take(10).map(asked).max().unwrap_or_default();
        let (mut took, mut largest) = (Vec::with_capacity(ASKED), 0);
        for path in paths.iter().cycle().take(ASKED) {
            let began = Instant::now();
            let page = reader.read(path, "text/html");
            took.push(began.elapsed());
            largest = largest.max(page.len());
        }
        took.sort_unstable();
        let at = |share: usize| took[(took.len() - 1) * share / 100];
        let (median, p99, most) = (at(50), at(99), at(100));
        let size = largest as f64 / 1_000.0;
        let took = [first, median, p99, most].map(|took| format!("{took:>10.1?}")).concat();
        println!("{name:28}{took}{size:>10.1}");
    }
}
