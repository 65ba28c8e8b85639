//! 本進程的計量: what this process does and how long it takes. Figures of the network come from
//! the read tables, by [`crate::gauges`], and are only put beside. No label takes a value that a
//! sender chooses.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::{Method, StatusCode};
use prometheus::{
    Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, TextEncoder,
};

use crate::gauges::publisher::Board;
use crate::store::{AppendError, Appended, Store};

/// The process's own figures, in one registry.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    appends: IntCounterVec,
    refusals: IntCounterVec,
    queue: IntGauge,
    queue_capacity: IntGauge,
    head: IntGauge,
    tails: IntGauge,
    memory: IntGauge,
    append_duration: Histogram,
    pool: IntGaugeVec,
    projections: OfProjections,
    watchman: OfWatchman,
    network: OfNetwork,
    board: Board,
}

/// How far each projection is.
#[derive(Debug, Clone)]
struct OfProjections {
    position: IntGaugeVec,
    lag: IntGaugeVec,
    stopped: IntGaugeVec,
    behind: IntGaugeVec,
    /// When each was last seen at the head.
    in_step: Arc<Mutex<BTreeMap<&'static str, Instant>>>,
}

/// What the watchman of this process does.
#[derive(Debug, Clone)]
struct OfWatchman {
    looks: IntCounterVec,
    acts: IntCounter,
    looked: IntGauge,
}

/// What the figures of the network cost.
#[derive(Debug, Clone)]
struct OfNetwork {
    ready: IntGauge,
    duration: Gauge,
    rendering: Gauge,
}

const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

struct Maker(Registry);

impl Maker {
    fn seconds(&self, name: &str, help: &str) -> prometheus::Result<Gauge> {
        let gauge = Gauge::new(name, help)?;
        self.0.register(Box::new(gauge.clone()))?;
        Ok(gauge)
    }

    fn counter(&self, name: &str, help: &str) -> prometheus::Result<IntCounter> {
        let counter = IntCounter::new(name, help)?;
        self.0.register(Box::new(counter.clone()))?;
        Ok(counter)
    }

    fn histogram(&self, name: &str, help: &str) -> prometheus::Result<Histogram> {
        let opts = HistogramOpts::new(name, help).buckets(SECONDS.to_vec());
        let histogram = Histogram::with_opts(opts)?;
        self.0.register(Box::new(histogram.clone()))?;
        Ok(histogram)
    }

    fn gauge(&self, name: &str, help: &str) -> prometheus::Result<IntGauge> {
        let gauge = IntGauge::new(name, help)?;
        self.0.register(Box::new(gauge.clone()))?;
        Ok(gauge)
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntGaugeVec> {
        let gauges = IntGaugeVec::new(Opts::new(name, help), labels)?;
        self.0.register(Box::new(gauges.clone()))?;
        Ok(gauges)
    }

    fn counters(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> prometheus::Result<IntCounterVec> {
        let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
        self.0.register(Box::new(counters.clone()))?;
        Ok(counters)
    }

    fn histograms(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> prometheus::Result<HistogramVec> {
        let opts = HistogramOpts::new(name, help).buckets(SECONDS.to_vec());
        let histograms = HistogramVec::new(opts, labels)?;
        self.0.register(Box::new(histograms.clone()))?;
        Ok(histograms)
    }
}

impl OfProjections {
    fn new(make: &Maker) -> prometheus::Result<Self> {
        let of = |name, help| make.gauges(name, help, &["projection"]);
        Ok(Self {
            position: of("tongjian_projection_position", "The position a projection has reached.")?,
            lag: of("tongjian_projection_lag", "Acts that a projection has not read yet.")?,
            stopped: of(
                "tongjian_projection_stopped",
                "1 when a projection has stopped at an act it cannot fold.",
            )?,
            behind: of(
                "tongjian_projection_behind_seconds",
                "For how long a projection has not been at the head.",
            )?,
            in_step: Arc::default(),
        })
    }
}

impl OfWatchman {
    fn new(make: &Maker) -> prometheus::Result<Self> {
        Ok(Self {
            looks: make.counters(
                "tongjian_watch_looks_total",
                "How often the watchman looked for what fell due, by what came of it.",
                &["outcome"],
            )?,
            acts: make.counter("tongjian_watch_acts_total", "Acts of the watchman.")?,
            looked: make.gauge(
                "tongjian_watch_last_look_timestamp_seconds",
                "When the watchman last looked without failing; 0 before that.",
            )?,
        })
    }
}

impl OfNetwork {
    fn new(make: &Maker) -> prometheus::Result<Self> {
        Ok(Self {
            ready: make.gauge(
                "tongjian_snapshot_ready",
                "1 when the figures of the network are told; 0 while tables are being filled.",
            )?,
            duration: make.seconds(
                "tongjian_snapshot_duration_seconds",
                "What it took to take the figures of the network from the read tables.",
            )?,
            rendering: make.seconds(
                "tongjian_metrics_render_duration_seconds",
                "What it took to write them as text.",
            )?,
        })
    }
}

impl Metrics {
    /// A fresh registry.
    ///
    /// # Errors
    /// When two figures have the same name, which a test would show.
    pub fn new() -> prometheus::Result<Self> {
        let make = Maker(Registry::new());
        let metrics = Self {
            requests: make.counters(
                "tongjian_http_requests_total",
                "Requests answered.",
                &["method", "route", "status"],
            )?,
            durations: make.histograms(
                "tongjian_http_request_duration_seconds",
                "Time until the head of the answer.",
                &["method", "route"],
            )?,
            appends: make.counters(
                "tongjian_appends_total",
                "Acts sent, by what became of them.",
                &["outcome"],
            )?,
            refusals: make.counters(
                "tongjian_refusals_total",
                "Acts refused, by reason.",
                &["code"],
            )?,
            queue: make.gauge("tongjian_queue_depth", "Commands that wait for the appender.")?,
            queue_capacity: make.gauge("tongjian_queue_capacity", "Commands that may wait.")?,
            head: make.gauge("tongjian_head_position", "The last position of the chronicle.")?,
            tails: make.gauge("tongjian_tail_clients", "Live tails that are open.")?,
            memory: make.gauge("process_resident_memory_bytes", "Memory of the process in RAM.")?,
            append_duration: make.histogram(
                "tongjian_append_duration_seconds",
                "Time until a command was durable or refused.",
            )?,
            pool: make.gauges(
                "tongjian_pool_connections",
                "Connections for reading, by what they do.",
                &["state"],
            )?,
            projections: OfProjections::new(&make)?,
            watchman: OfWatchman::new(&make)?,
            network: OfNetwork::new(&make)?,
            board: Board::default(),
            registry: make.0.clone(),
        };
        let info = make.gauges("tongjian_build_info", "The release that runs.", &["version"])?;
        info.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        metrics.start_at_zero();
        Ok(metrics)
    }

    /// Series that exist from the first scrape on, so that a rate over them is never missing.
    fn start_at_zero(&self) {
        for outcome in ["appended", "repeated", "refused", "busy", "failed"] {
            self.appends.with_label_values(&[outcome]);
        }
        for outcome in ["quiet", "acted", "off_duty", "failed"] {
            self.watchman.looks.with_label_values(&[outcome]);
        }
    }

    /// The figures of the network, to be published.
    #[must_use]
    pub const fn board(&self) -> &Board {
        &self.board
    }

    /// What came of the watchman's look: how many acts fell due, `None` where another process is on
    /// duty.
    pub fn looked<E>(&self, outcome: &Result<Option<u64>, E>, now: i64) {
        let what = match outcome {
            Ok(Some(0)) => "quiet",
            Ok(Some(acts)) => {
                self.watchman.acts.inc_by(*acts);
                "acted"
            }
            Ok(None) => "off_duty",
            Err(_) => "failed",
        };
        self.watchman.looks.with_label_values(&[what]).inc();
        if outcome.is_ok() {
            self.watchman.looked.set(now);
        }
    }

    /// A request was answered. `route` is the template, never the address itself.
    pub fn answered(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let method = match *method {
            Method::GET | Method::HEAD | Method::POST => method.as_str(),
            _ => "other",
        };
        self.requests.with_label_values(&[method, route, status.as_str()]).inc();
        self.durations.with_label_values(&[method, route]).observe(took.as_secs_f64());
    }

    /// What became of a command of `acts` acts, and how long that took.
    pub fn appended(
        &self,
        outcome: &Result<Vec<Appended>, AppendError>,
        acts: u64,
        took: Duration,
    ) {
        self.append_duration.observe(took.as_secs_f64());
        let count = |outcome: &str, acts| self.appends.with_label_values(&[outcome]).inc_by(acts);
        match outcome {
            Ok(places) if places.iter().all(|place| place.repeated) => count("repeated", acts),
            Ok(_) => count("appended", acts),
            Err(AppendError::Refused(refusal)) => self.refused(refusal.code(), acts),
            Err(AppendError::Busy) => count("busy", acts),
            Err(AppendError::Store(_)) => count("failed", acts),
        }
    }

    /// So many acts were refused for this reason.
    pub fn refused(&self, code: &'static str, acts: u64) {
        self.appends.with_label_values(&["refused"]).inc_by(acts);
        self.refusals.with_label_values(&[code]).inc_by(acts);
    }

    /// A live tail is open as long as what is returned lives.
    #[must_use]
    pub fn tail(&self) -> OpenTail {
        self.tails.inc();
        OpenTail(self.tails.clone())
    }

    /// Where a projection stands against the head of the chronicle.
    pub fn projection(&self, name: &'static str, position: u64, head: u64, stopped: bool) {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.projections.position.with_label_values(&[name]).set(number(position));
        self.projections.lag.with_label_values(&[name]).set(number(head.saturating_sub(position)));
        self.projections.stopped.with_label_values(&[name]).set(i64::from(stopped));
        let now = Instant::now();
        let mut in_step = self.projections.in_step.lock().unwrap_or_else(PoisonError::into_inner);
        let since = in_step.entry(name).or_insert(now);
        if position >= head {
            *since = now;
        }
        let behind = now.duration_since(*since).as_secs();
        self.projections.behind.with_label_values(&[name]).set(number(behind));
    }

    /// The text of a scrape: the figures of this process, and behind them those of the network as
    /// they were last published.
    ///
    /// # Errors
    /// When a figure cannot be written as text.
    pub fn scrape(&self, store: &Store, network: bool) -> prometheus::Result<String> {
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let (depth, capacity) = store.queue_depth();
        self.queue.set(number(depth));
        self.queue_capacity.set(number(capacity));
        let (open, idle) = store.pool();
        self.pool.with_label_values(&["idle"]).set(number(idle));
        self.pool.with_label_values(&["busy"]).set(number(open.saturating_sub(idle)));
        self.head.set(i64::try_from(*store.head_changes().borrow()).unwrap_or(i64::MAX));
        if let Some(bytes) = resident_bytes() {
            self.memory.set(bytes);
        }
        let published = self.board.read();
        self.network.ready.set(i64::from(published.is_some()));
        if let Some(published) = &published {
            self.network.duration.set(published.took.as_secs_f64());
            self.network.rendering.set(published.rendering.as_secs_f64());
        }
        let mut text = TextEncoder::new().encode_to_string(&self.registry.gather())?;
        let told = published.iter().filter(|_| network);
        text.extend(told.map(|published| published.text.as_str()));
        Ok(text)
    }
}

/// One open live tail; closed when dropped.
#[derive(Debug)]
pub struct OpenTail(IntGauge);

impl Drop for OpenTail {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Memory of this process in RAM, where the system tells it.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_figures_share_a_name() {
        assert!(Metrics::new().is_ok());
    }
}
