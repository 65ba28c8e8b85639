//! `tongjian serve`: the service, the projections beside it, and the watchman.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chrono::NaiveDate;
use clap::Args;
use tokio::sync::watch::{self as told, Receiver as Receiving, Sender};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::data::Data;
use super::key::Master;
use crate::bulletin::contents::Contents;
use crate::bulletin::outbox::{Outbox, Receiver};
use crate::bulletin::schedule::Seen;
use crate::clock::Clock;
use crate::http::{self, Access, Running, Settings, tls};
use crate::metrics::Metrics;
use crate::runner::{REGISTRY, Runner};
use crate::store::Store;
use crate::vault::Vault;
use crate::{access, first_start, watch};

/// How often the watchman looks for what fell due.
const LOOKS: Duration = Duration::from_secs(30);

/// How long a receiver that failed is left alone at first.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// How long a watchman who is asked to go may take to give the watch back, and the outbox until
/// what is on its way is taken and put down: longer than a receiver may take.
const PARTING: Duration = Duration::from_secs(15);

/// 服務: where it listens and what it serves.
#[derive(Debug, Args)]
pub(super) struct ServeOrder {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    master: Master,
    /// The address to listen at; may be repeated
    #[arg(long, value_name = "ADDRESS", env = "TONGJIAN_LISTEN", default_value = "127.0.0.1:8080")]
    listen: Vec<SocketAddr>,
    /// Ask for no tokens; only on loopback addresses
    #[arg(long)]
    open: bool,
    /// Browsers reach it over TLS by a proxy before it: cookies go back over TLS only
    #[arg(long, env = "TONGJIAN_BEHIND_TLS", conflicts_with = "open")]
    behind_tls: bool,
    /// Answer over TLS with this chain of certificates, as PEM; needs --tls-key
    #[arg(
        long,
        value_name = "FILE",
        env = "TONGJIAN_TLS_CERTIFICATE",
        requires = "tls_key",
        conflicts_with = "open"
    )]
    tls_certificate: Option<PathBuf>,
    /// The private key of the first certificate, as PEM
    #[arg(long, value_name = "FILE", env = "TONGJIAN_TLS_KEY", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Append nothing that falls due; `watch --once --as-of` does, as of a moment of its own
    #[arg(long)]
    no_watch: bool,
    /// Post every bulletin that is issued to this address, as JSON; may be repeated
    #[arg(long, value_name = "URL", env = "TONGJIAN_WEBHOOK", hide_env_values = true,
        value_parser = webhook)]
    webhook: Vec<String>,
    /// Put every bulletin that is issued into this folder, which is there; may be repeated
    #[arg(long, value_name = "FOLDER")]
    drop: Vec<PathBuf>,
    /// A receiver that is new gets what is dated on this day or later; without it, what is issued
    /// from now on. Recorded with the receiver
    #[arg(long, value_name = "DAY", env = "TONGJIAN_LETTERS_FROM")]
    letters_from: Option<NaiveDate>,
}

fn webhook(text: &str) -> Result<String, String> {
    let lawful = text.starts_with("https://") || text.starts_with("http://");
    if lawful { Ok(text.into()) } else { Err("an address begins with https:// or http://".into()) }
}

impl ServeOrder {
    fn tls(&self) -> anyhow::Result<Option<tls::Identity>> {
        let (Some(chain), Some(key)) = (&self.tls_certificate, &self.tls_key) else {
            return Ok(None);
        };
        Ok(Some(tls::Identity::of(chain, key)?))
    }

    /// The receivers, and from which date on those that are new get letters.
    fn receivers(&self) -> anyhow::Result<(Vec<Receiver>, Option<NaiveDate>)> {
        let mut receivers: Vec<_> = self.webhook.iter().cloned().map(Receiver::Webhook).collect();
        for folder in &self.drop {
            // By its full name: the chronicle remembers the folder by it.
            let whole = std::fs::canonicalize(folder);
            let whole = whole.with_context(|| {
                format!("--drop {}: it is to be a folder that is there", folder.display())
            })?;
            anyhow::ensure!(whole.is_dir(), "--drop {}: it is no folder", folder.display());
            receivers.push(Receiver::Drop(whole));
        }
        Ok((receivers, self.letters_from))
    }
}

/// Serves until it is asked to stop.
///
/// # Errors
/// When the chronicle cannot be opened, or the addresses not listened at.
pub(super) async fn run(
    order: &ServeOrder,
    clock: Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let master_key = order.master.read()?;
    let store = order.data.open().await?;
    let new =
        first_start::run(&store, clock.now()).await.context("cannot append the first acts")?;
    tracing::info!(new, "calendar and rules are in the chronicle");
    if !order.open {
        let first = access::first_administrator(&store, clock.now()).await;
        if let Some((account, password)) = first.context("cannot open the first account")? {
            writeln!(out, "log in as `{account}` with the password {password}, once")?;
            out.flush()?;
        }
    }
    let access = if order.open { Access::Open } else { Access::Tokens };
    let contents = Arc::new(order.data.contents().that_go_on());
    let listen = order.listen.clone();
    finish_destructions(&store);
    let tls = order.tls()?;
    let secure = order.behind_tls || tls.is_some();
    let settings =
        Settings { listen, access, contents, master_key, tls, secure, ..Settings::default() };
    let beside = Beside { receivers: order.receivers()?, watching: Watching::of(order) };
    let service = Service::start(settings, beside, store, clock).await?;
    for address in &service.running.addresses {
        tracing::info!(%address, "listening");
    }
    service.until_signal().await
}

/// Destroys keys whose destruction is on record, beside the service: it asks for every key.
fn finish_destructions(store: &Store) {
    let vault = Vault::new(store.clone(), None);
    tokio::spawn(async move {
        match vault.finish().await {
            Ok(0) => {}
            Ok(keys) => tracing::info!(keys, "keys of applicants were destroyed by their orders"),
            Err(error) => tracing::warn!(%error, "the keys could not be looked over"),
        }
    });
}

/// The service with what runs beside it.
pub(super) struct Service {
    pub(super) running: Running,
    /// None where nobody watches beside it.
    watchman: Option<Worker>,
    outbox: Option<Worker>,
}

/// What runs beside the service.
pub(super) struct Beside {
    /// With the first date of a letter for those that are new.
    pub(super) receivers: (Vec<Receiver>, Option<NaiveDate>),
    pub(super) watching: Watching,
}

/// Whether somebody watches beside the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Watching {
    /// What falls due is appended.
    Kept,
    /// Acts of the past can be entered, and be looked at as of their own time.
    Left,
}

impl Watching {
    fn of(order: &ServeOrder) -> Self {
        if order.no_watch { Self::Left } else { Self::Kept }
    }
}

/// One who works beside the service, until he is asked to go.
struct Worker {
    going: Sender<bool>,
    work: JoinHandle<()>,
}

impl Service {
    /// Starts all of it.
    ///
    /// # Errors
    /// When something cannot be started.
    pub(super) async fn start(
        settings: Settings,
        beside: Beside,
        store: Store,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let runner = Runner::spawn(&store, REGISTRY)?;
        let Beside { receivers, watching } = beside;
        let contents = Arc::clone(&settings.contents);
        let outbox = match receivers.0.is_empty() {
            true => None,
            false => {
                let (store, contents) = (store.clone(), Arc::clone(&contents));
                Some(Outbox::new(store, contents, clock, receivers, FIRST_WAIT)?)
            }
        };
        let outbox = outbox.map(|outbox| Worker::begin(|asked| outbox.keep(asked)));
        let metrics = Metrics::new().context("cannot set up the metrics")?;
        let (watched, followed, counted) = (store.clone(), runner.clone(), metrics.clone());
        let begin = || {
            Worker::begin(|asked| async move {
                let watchman = Watchman { store: &watched, runner: &followed, contents: &contents };
                watchman.keep(&counted, clock, asked).await;
                watch::off_duty(&watched).await;
            })
        };
        let watchman = (watching == Watching::Kept).then(begin);
        let running = http::serve(settings, store, clock, metrics, Some(runner)).await?;
        Ok(Self { running, watchman, outbox })
    }

    /// Runs until asked to stop; then answers what is in flight, and closes the chronicle last.
    ///
    /// # Errors
    /// When the server had failed.
    pub(super) async fn until_signal(mut self) -> anyhow::Result<()> {
        let asked = self.running.until_asked().await;
        self.stop().await?;
        Ok(asked?)
    }

    /// Stops at once, in the same order.
    ///
    /// # Errors
    /// When the server had failed.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        for worker in [self.outbox, self.watchman].into_iter().flatten() {
            worker.go().await;
        }
        Ok(self.running.stop().await?)
    }
}

impl Worker {
    fn begin<W: Future<Output = ()> + Send + 'static>(
        work: impl FnOnce(Receiving<bool>) -> W,
    ) -> Self {
        let (going, asked) = told::channel(false);
        Self { going, work: tokio::spawn(work(asked)) }
    }

    /// Lets him give back what he holds, so that another has it at once.
    async fn go(mut self) {
        self.going.send_replace(true);
        if timeout(PARTING, &mut self.work).await.is_err() {
            self.work.abort();
        }
    }
}

/// 值守: who looks from time to time for what fell due.
pub(super) struct Watchman<'w> {
    pub(super) store: &'w Store,
    pub(super) runner: &'w Runner,
    pub(super) contents: &'w Contents,
}

impl Watchman<'_> {
    /// Looks until asked to go. A failure is told and tried again: what fell due stays due. The
    /// watch itself is taken without being broken off, so that it can be given back.
    pub(super) async fn keep(&self, metrics: &Metrics, clock: Clock, mut asked: Receiving<bool>) {
        let mut seen = Seen::default();
        while !*asked.borrow_and_update() {
            let duty = watch::on_duty(self.store).await;
            let looked = async {
                if !duty? {
                    return Ok(None);
                }
                self.look(&mut seen, clock).await.map(Some)
            };
            let looked = tokio::select! {
                looked = looked => looked,
                _ = asked.changed() => return,
            };
            metrics.looked(&looked, Clock::default().now().timestamp());
            match looked {
                Ok(None | Some(0)) => {}
                Ok(Some(new)) => tracing::info!(new, "acts fell due"),
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "the watchman failed");
                }
            }
            tokio::select! {
                () = sleep(LOOKS) => {}
                _ = asked.changed() => return,
            }
        }
    }

    async fn look(&self, seen: &mut Seen, clock: Clock) -> anyhow::Result<u64> {
        let Self { store, runner, contents } = self;
        let fell_due = watch::look(store, runner, clock.now()).await?;
        let drafted = watch::draft(store, runner, contents, seen, clock.now()).await?;
        Ok(fell_due + drafted)
    }
}
