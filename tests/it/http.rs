//! The service over HTTP: every bad input gets its problem, nothing sent is lost, nothing leaks.

mod access;
mod appending;
mod applicants;
mod bad_input;
pub(crate) mod browser;
pub(crate) mod bulletins;
mod cloudevents;
mod hostile;
mod listing;
mod numbers;
mod outside;
mod pages;
mod people;
mod places;
mod problems;
mod reach;
mod reading;
mod roles;
mod running;
mod shares;
mod supervision;
mod tls;

use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tongjian::access::{Wanted, issue_token};
use tongjian::clock::Clock;
use tongjian::http::{Access, Running, Settings, serve};
use tongjian::metrics::Metrics;
use tongjian::runner::{REGISTRY, Registered, Runner};
use tongjian::store::Store;
use tongjian::vault::MasterKey;
use tongjian_events::StreamKind;

use crate::acts::{Fresh, id};

/// A service of one's own at a free port, on a chronicle of its own, at ten on 1 July 2008.
pub(crate) struct Site {
    pub(crate) store: Store,
    pub(crate) address: SocketAddr,
    running: Option<Running>,
    runtime: tokio::runtime::Runtime,
    pub(crate) fresh: Fresh,
}

pub(crate) fn ten_o_clock() -> DateTime<Utc> {
    crate::acts::at("10:00:00")
}

fn runtime() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap()
}

impl Site {
    pub(crate) fn open() -> Self {
        Self::with(Access::Open)
    }

    pub(crate) fn with(access: Access) -> Self {
        Self::start(access, &[])
    }

    /// With the read tables kept beside it.
    pub(crate) fn with_tables() -> Self {
        Self::start(Access::Open, REGISTRY)
    }

    /// On a city's two months, watched until August, and looked at in August.
    pub(crate) fn in_a_city() -> Self {
        let city = async {
            let fresh = Fresh::sqlite().await;
            crate::bulletin::city(&fresh.store).await;
            fresh
        };
        Self::in_august(city, Access::Tokens)
    }

    /// On a chronicle, looked at in August.
    pub(crate) fn in_august(fresh: impl Future<Output = Fresh>, access: Access) -> Self {
        let runtime = runtime();
        let fresh = runtime.block_on(fresh);
        let at = DateTime::parse_from_rfc3339("2008-08-04T10:00:00+08:00").unwrap();
        let settings = Settings { access, ..Settings::default() };
        Self::on(runtime, fresh, settings, REGISTRY, at.to_utc())
    }

    /// With the read tables kept beside it, and a proxy before it that ends TLS.
    pub(crate) fn behind_tls() -> Self {
        let runtime = runtime();
        let fresh = runtime.block_on(Fresh::sqlite());
        let settings = Settings { secure: true, ..Settings::default() };
        Self::on(runtime, fresh, settings, REGISTRY, ten_o_clock())
    }

    fn start(access: Access, registry: &'static [Registered]) -> Self {
        let runtime = runtime();
        let fresh = runtime.block_on(Fresh::sqlite());
        let settings = Settings { access, ..Settings::default() };
        Self::on(runtime, fresh, settings, registry, ten_o_clock())
    }

    fn on(
        runtime: tokio::runtime::Runtime,
        fresh: Fresh,
        settings: Settings,
        registry: &'static [Registered],
        now: DateTime<Utc>,
    ) -> Self {
        let settings = Settings {
            listen: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            master_key: Some(MasterKey::draw().unwrap()),
            workers: Some(2),
            longest_wait: Duration::from_secs(10),
            silence: Duration::from_secs(1),
            heartbeat: Duration::from_millis(100),
            stop_within: Duration::from_secs(10),
            ..settings
        };
        let store = fresh.store.clone();
        let running = runtime.block_on(async {
            let clock = Clock::starting_at(now);
            let metrics = Metrics::new().unwrap();
            let runner = (!registry.is_empty()).then(|| Runner::spawn(&store, registry).unwrap());
            serve(settings, store.clone(), clock, metrics, runner).await.unwrap()
        });
        let address = running.addresses[0];
        Self { store, address, running: Some(running), runtime, fresh }
    }

    /// Stopped at the end of a test, so that no thread writes into a folder that goes away.
    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop()).unwrap();
        }
    }

    pub(crate) fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    pub(crate) fn token(&self, name: &str, sites: &[&str], kinds: &[StreamKind]) -> String {
        let wanted = Wanted {
            name: name.into(),
            holder: "a window system".into(),
            sites: sites.iter().map(|site| site.parse().unwrap()).collect(),
            may_append: kinds.to_vec(),
            may_read: true,
            until_on: None,
        };
        self.wait(issue_token(&self.store, wanted, ten_o_clock())).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_text(path, &body.to_string())
    }

    pub(crate) fn post_text(&self, path: &str, body: &str) -> Answer {
        self.ask("POST", path, &[("Content-Type", "application/json")], body.as_bytes())
    }

    pub(crate) fn post_lines(&self, lines: &str) -> Vec<Value> {
        let headers = [("Content-Type", "application/x-ndjson")];
        let answer = self.ask("POST", "/v1/acts", &headers, lines.as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let url = format!("http://{}{path}", self.address);
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = if method == "GET" || method == "HEAD" {
            config.new_agent().run(request.body(()).unwrap()).unwrap()
        } else {
            config.new_agent().run(request.body(body).unwrap()).unwrap()
        };
        let headers = answer.headers().clone();
        let body = answer.body_mut().read_to_string().unwrap();
        Answer { status: answer.status().as_u16(), headers, body }
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// A problem of this status and name; returns its members.
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        let body = self.json();
        assert_eq!(self.status, status, "{body}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(body["type"], format!("urn:tongjian:problem:{code}"), "{body}");
        assert_eq!(body["status"], status);
        assert!(!body["detail"].as_str().unwrap().is_empty());
        body
    }
}

/// A one-off notice as a window sends it.
pub(crate) fn notice(number: u64, stream: &str) -> Value {
    json!({
        "id": id(number), "stream": stream, "event": "case.OneOffNoticeGiven", "version": 1,
        "occurred_at": "2008-07-01T09:00:00+08:00",
        "actor": { "kind": "staff", "id": "s-1" },
        "source": { "site": "320681105000" },
        "body": { "missing": ["form"] },
    })
}

/// An acceptance with a promise of ten working days.
pub(crate) fn acceptance(number: u64, stream: &str) -> Value {
    let mut act = notice(number, stream);
    act["event"] = "case.ApplicationAccepted".into();
    act["version"] = 2.into();
    act["body"] = json!({ "item": "QL-0231", "handling": "promised",
        "limits": { "promised_working_days": 10 } });
    act
}

/// A value with one member set; a path such as `source.site`.
pub(crate) fn with(mut value: Value, path: &str, member: Value) -> Value {
    let mut at = &mut value;
    for part in path.split('.') {
        at = &mut at[part];
    }
    *at = member;
    value
}
