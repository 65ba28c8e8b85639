//! 實測: the service scraped by a real Prometheus, and its past brought into one.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::Utc;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::watch;
use tongjian::clock::Clock;
use tongjian::gauges::families::{self, FAMILIES};
use tongjian::gauges::history::{self, Wanted};
use tongjian::gauges::publisher::{Board, publish};
use tongjian::metrics::Metrics;
use tongjian::runner::{REGISTRY, Runner, rebuild};
use tongjian::store::Store;

use super::{boards, queries, root};
use crate::acts::Fresh;
use crate::bulletin::city;
use crate::http::Site;

/// A Prometheus of one's own, on loopback.
struct Prometheus {
    server: Child,
    address: String,
    folder: TempDir,
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Prometheus {
    /// With the shipped rules, scraping a service each second where there is one.
    fn start(folder: TempDir, service: Option<String>) -> Self {
        let shipped = root().join("dashboards/prometheus");
        let config = std::fs::read_to_string(shipped.join("prometheus.yml")).unwrap();
        let config = config
            .replace("_interval: 30s", "_interval: 1s")
            .replace("127.0.0.1:8080", service.as_deref().unwrap_or("127.0.0.1:1"));
        std::fs::write(folder.path().join("prometheus.yml"), config).unwrap();
        std::fs::copy(shipped.join("rules.yml"), folder.path().join("rules.yml")).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let path = |name: &str| folder.path().join(name).display().to_string();
        let server = Command::new("prometheus")
            .arg(format!("--config.file={}", path("prometheus.yml")))
            .arg(format!("--storage.tsdb.path={}", path("tsdb")))
            .arg("--storage.tsdb.retention.time=100y")
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("prometheus is missing; `tests/run` installs it");
        Self { server, address, folder }
    }

    /// The answer to an expression, at a moment or now; none while it does not listen.
    fn ask(&self, expr: &str, at: Option<&str>) -> Option<Vec<Value>> {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("query", expr)
            .extend_pairs(at.map(|at| ("time", at)))
            .finish();
        let url = format!("http://{}/api/v1/query?{query}", self.address);
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let text = agent.get(&url).call().ok()?.body_mut().read_to_string().ok()?;
        let answer: Value = serde_json::from_str(&text).ok()?;
        assert_eq!(answer["status"], "success", "{expr}: {answer}");
        Some(answer["data"]["result"].as_array().unwrap().clone())
    }

    /// Waits until an expression has an answer.
    fn wait(&self, expr: &str, at: Option<&str>) -> Vec<Value> {
        let start = Instant::now();
        loop {
            match self.ask(expr, at) {
                Some(found) if !found.is_empty() => return found,
                _ if start.elapsed() > Duration::from_secs(120) => panic!("{expr} stays empty"),
                _ => std::thread::sleep(Duration::from_millis(200)),
            }
        }
    }
}

/// An expression with what Grafana puts into it.
fn expanded(expr: &str) -> String {
    expr.replace("$county", ".*")
        .replace("$job", ".+")
        .replace("$instance", ".+")
        .replace("$__rate_interval", "20s")
}

fn in_step(site: &Site) {
    let head = site.wait(site.store.head()).unwrap().position;
    let token = site.token("reader", &[], &[]);
    let bearer = format!("Bearer {token}");
    let path = format!("/v1/cases?limit=1&min_position={}", head + 1);
    let answer = site.ask("GET", &path, &[("Authorization", &bearer)], b"");
    assert_eq!(answer.status, 200, "{}", answer.body);
}

fn names_of(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

/// Told for questions that nobody asks every day.
const FOR_QUESTIONS: &[&str] = &[
    "tongjian_cases",
    "tongjian_site_overdue_cases",
    "tongjian_site_standing_cards",
    "tongjian_site_not_in_place",
    "tongjian_site_last_act_timestamp_seconds",
];

#[test]
fn what_is_exported_is_lawful_shown_and_never_of_a_case() {
    let mut site = Site::in_a_city();
    in_step(&site);
    let mut text = String::new();
    let start = Instant::now();
    while !text.contains("tongjian_snapshot_position") {
        assert!(start.elapsed() < Duration::from_secs(60), "no figures are told");
        text = site.get("/metrics").body;
    }
    text = site.get("/metrics").body;
    let checked = site_checked(&text);
    assert!(checked.0, "{}", checked.1);
    for family in FAMILIES {
        assert!(text.contains(&format!("# TYPE {} gauge\n", family.name)), "{}", family.name);
    }
    for wrong in ["case/", "card/", "QL-", "A-1", "S-1"] {
        assert!(!text.contains(wrong), "{wrong} is told");
    }
    let exported = names_of(&text);
    let rules = std::fs::read_to_string(root().join("dashboards/prometheus/rules.yml")).unwrap();
    let boards = boards();
    let asked: Vec<&str> =
        queries(&boards).iter().filter_map(|(_, _, target)| target["expr"].as_str()).collect();
    let all = asked.join("\n") + &rules;
    for name in &exported {
        let used = all.contains(name.as_str());
        assert!(used != FOR_QUESTIONS.contains(&name.as_str()), "{name}: used {used}");
    }
    let words = all.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
    for word in words.filter(|word| word.starts_with("tongjian_")) {
        let name = ["_bucket", "_count", "_sum"].iter().find_map(|end| word.strip_suffix(end));
        // The label's words of the job and the refusals' counter, which begins with the first one.
        let known = exported.contains(name.unwrap_or(word)) || word == "tongjian_refusals_total";
        assert!(known, "{word} is asked for and not told");
    }
    for word in all.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':') {
        if word.starts_with("tongjian:") {
            assert!(rules.contains(&format!("- record: {word}\n")), "{word} is not recorded");
        }
    }
    site.stop();
}

fn site_checked(text: &str) -> (bool, String) {
    use std::io::Write as _;
    let mut tool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is missing; `tests/run` installs it");
    tool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = tool.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (output.status.success() && said.trim().is_empty(), said)
}

#[test]
fn every_expression_gives_something_on_a_prometheus_that_scrapes_the_service() {
    let mut site = Site::in_a_city();
    in_step(&site);
    let folder = tempfile::tempdir().unwrap();
    let prometheus = Prometheus::start(folder, Some(site.address.to_string()));
    prometheus.wait("tongjian_snapshot_position", None);
    // Rates want two scrapes, and recorded series an evaluation.
    prometheus.wait("rate(tongjian_http_requests_total{route=\"/metrics\"}[20s]) > 0", None);
    prometheus.wait("tongjian:promises:sum", None);
    for (board, panel, target) in queries(&boards()) {
        let Some(expr) = target["expr"].as_str() else { continue };
        let found = prometheus.ask(&expanded(expr), None).unwrap();
        assert!(!found.is_empty(), "{} {}: {expr}", board["uid"], panel["title"]);
    }
    // Figures of a scrape are those of the chronicle.
    let head = site.wait(site.store.head()).unwrap().position;
    let at = prometheus.wait(&format!("max(tongjian_snapshot_position) == {head}"), None);
    assert_eq!(at.len(), 1);
    // It stops: the alert goes on its way.
    site.stop();
    prometheus.wait("ALERTS{alertname=\"TongjianDown\"}", None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_of_a_chronicle_is_brought_into_a_new_prometheus() {
    let fresh = Fresh::sqlite().await;
    city(&fresh.store).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("past.om");
    let mut to = std::fs::File::create(&file).unwrap();
    let day = |text: &str| text.parse().unwrap();
    let wanted = Wanted { from_on: None, until_on: day("2008-07-31"), with_sites: true };
    let count = history::write(&fresh.store, wanted, Utc::now(), &mut to, |_| {}).await.unwrap();
    assert!(count > 10_000, "{count}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.ends_with("# EOF\n"));
    let again = folder.path().join("again.om");
    let mut to = std::fs::File::create(&again).unwrap();
    history::write(&fresh.store, wanted, Utc::now(), &mut to, |_| {}).await.unwrap();
    assert!(text == std::fs::read_to_string(&again).unwrap(), "the past is the same each time");

    let blocks = folder.path().join("tsdb");
    let made = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .args([&file, &blocks])
        .output()
        .expect("promtool is missing; `tests/run` installs it");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let open = fresh
        .ask(
            "select cast(count(*) as text) from deadline_matters where kind = 'case' \
             and entered_on <= '2008-07-15' and (left_on is null or left_on > '2008-07-15')",
        )
        .await;
    let prometheus = Prometheus::start(folder, None);
    let at = Some("2008-07-15T15:59:59Z");
    let found = tokio::task::spawn_blocking(move || {
        let found = prometheus.wait("sum(tongjian_open_cases)", at);
        for (board, panel, target) in queries(&boards()) {
            let Some(expr) = target["expr"].as_str() else { continue };
            let of_network = FAMILIES.iter().any(|family| expr.contains(family.name));
            if of_network && !expr.contains("$job") && !expr.contains("time()") {
                let found = prometheus.ask(&expanded(expr), at).unwrap();
                assert!(!found.is_empty(), "{} {}: {expr}", board["uid"], panel["title"]);
            }
        }
        let _ = prometheus.folder.path();
        found
    });
    let found = found.await.unwrap();
    assert_eq!(found[0]["value"][1], open[0].as_str());
}

/// What a board tells once it tells something of the head.
async fn told(store: &Store) -> (u64, String) {
    let board = Board::default();
    let (stop, asked) = watch::channel(false);
    let clock = Clock::starting_at(crate::bulletin::at_the_end());
    let publishing = tokio::spawn(publish(store.clone(), clock, board.clone(), asked));
    let start = Instant::now();
    let published = loop {
        match board.read() {
            Some(published) => break published,
            None if start.elapsed() > Duration::from_secs(60) => panic!("nothing is told"),
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    stop.send_replace(true);
    publishing.await.unwrap();
    // When they were taken differs each time.
    let bare: Vec<&str> =
        published.text.lines().filter(|line| !line.starts_with(families::TAKEN_AT.name)).collect();
    (published.gauges.position, bare.join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_a_restart_a_rebuild_and_a_replica_tell_the_same_or_nothing() {
    let fresh = Fresh::sqlite().await;
    city(&fresh.store).await;
    let head = fresh.store.head().await.unwrap().position;
    let first = told(&fresh.store).await;
    assert_eq!(first.0, head);
    // Another process, and the same one later.
    assert_eq!(told(&fresh.store).await, first);
    let all: Vec<_> = REGISTRY.iter().collect();
    rebuild(&fresh.store, &all, &mut |_, _, _| {}).await.unwrap();
    tongjian::runner::judge_dockets(&fresh.store).await.unwrap();
    assert_eq!(told(&fresh.store).await, first);
    // Notices of several streams name one day; a rebuild reads stream by stream.
    let days = tongjian::runner::named("days").unwrap();
    tongjian::runner::verify_projection(&fresh.store, days, &mut |_, _| {}).await.unwrap();

    // The same acts without tables: nothing is told until all of them are folded.
    let other = Fresh::sqlite().await;
    let file = other.folder.path().join("export.ndjson");
    let mut to = std::fs::File::create(&file).unwrap();
    tongjian::export::export_to_restore(&fresh.store, u64::MAX, &mut to, |_| {}).await.unwrap();
    let path = other.folder.path().join("restored.db");
    restored(&file, &path);
    let store = Store::open(&path).await.unwrap();
    let metrics = Metrics::new().unwrap();
    let board = metrics.board().clone();
    let (stop, asked) = watch::channel(false);
    let clock = Clock::starting_at(crate::bulletin::at_the_end());
    let publishing = tokio::spawn(publish(store.clone(), clock, board.clone(), asked));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(board.read().is_none(), "figures are told before there are tables");
    let runner = Runner::spawn(&store, REGISTRY).unwrap();
    let start = Instant::now();
    let published = loop {
        if let Some(published) = board.read() {
            break published;
        }
        assert!(start.elapsed() < Duration::from_secs(120), "nothing is told");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(published.gauges.position, head, "half a replay is told");
    // Who does not see all of the network gets the figures of the process.
    for network in [true, false] {
        let text = metrics.scrape(&store, network).unwrap();
        assert_eq!(text.contains("tongjian_site_info"), network);
        assert!(text.contains("tongjian_head_position"));
    }
    stop.send_replace(true);
    publishing.await.unwrap();
    runner.stop().await;
    store.close().await;
}

fn restored(export: &Path, into: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_tongjian"))
        .args(["import", "--restore", "--data"])
        .args([into, export])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
