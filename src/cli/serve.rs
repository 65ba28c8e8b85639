//! `tongjian serve`: the service, the projections beside it, and the watchman.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use tokio::sync::watch::{self as told, Receiver, Sender};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::data::Data;
use crate::clock::Clock;
use crate::http::{self, Access, Running, Settings};
use crate::metrics::Metrics;
use crate::runner::{REGISTRY, Runner};
use crate::store::Store;
use crate::{first_start, watch};

/// How often the watchman looks for what fell due.
const LOOKS: Duration = Duration::from_secs(30);

/// How long a watchman who is asked to go may take to give the watch back.
const PARTING: Duration = Duration::from_secs(5);

/// 服務: where it listens and what it serves.
#[derive(Debug, Args)]
pub(super) struct ServeOrder {
    #[command(flatten)]
    data: Data,
    /// The address to listen at; may be repeated
    #[arg(long, value_name = "ADDRESS", env = "TONGJIAN_LISTEN", default_value = "127.0.0.1:8080")]
    listen: Vec<SocketAddr>,
    /// Ask for no tokens; only on loopback addresses
    #[arg(long)]
    open: bool,
    /// Append nothing that falls due; `watch --once --as-of` does, as of a moment of its own
    #[arg(long)]
    no_watch: bool,
}

/// Serves until it is asked to stop.
///
/// # Errors
/// When the chronicle cannot be opened, or the addresses not listened at.
pub(super) async fn run(order: &ServeOrder, clock: Clock) -> anyhow::Result<()> {
    let store = order.data.open().await?;
    let new =
        first_start::run(&store, clock.now()).await.context("cannot append the first acts")?;
    tracing::info!(new, "calendar and rules are in the chronicle");
    let access = if order.open { Access::Open } else { Access::Tokens };
    let settings = Settings { listen: order.listen.clone(), access, ..Settings::default() };
    let service = Service::start(settings, store, clock, Watching::of(order)).await?;
    for address in &service.running.addresses {
        tracing::info!(%address, "listening");
    }
    service.until_signal().await
}

/// The service with what runs beside it.
pub(super) struct Service {
    pub(super) running: Running,
    /// None where nobody watches beside it.
    watchman: Option<Watchman>,
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

/// 值守: one who looks for what fell due, until he is asked to go.
struct Watchman {
    going: Sender<bool>,
    watch: JoinHandle<()>,
}

impl Service {
    /// Starts all of it.
    ///
    /// # Errors
    /// When something cannot be started.
    pub(super) async fn start(
        settings: Settings,
        store: Store,
        clock: Clock,
        watching: Watching,
    ) -> anyhow::Result<Self> {
        let runner = Runner::spawn(&store, REGISTRY)?;
        let begin = || Watchman::begin(store.clone(), runner.clone(), clock);
        let watchman = (watching == Watching::Kept).then(begin);
        let metrics = Metrics::new().context("cannot set up the metrics")?;
        let running = http::serve(settings, store, clock, metrics, Some(runner)).await?;
        Ok(Self { running, watchman })
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
        if let Some(watchman) = self.watchman {
            watchman.go().await;
        }
        Ok(self.running.stop().await?)
    }
}

impl Watchman {
    fn begin(store: Store, runner: Runner, clock: Clock) -> Self {
        let (going, asked) = told::channel(false);
        let watch = tokio::spawn(async move {
            keep_watch(&store, &runner, clock, asked).await;
            watch::off_duty(&store).await;
        });
        Self { going, watch }
    }

    /// Gives the watch back, so that another has it at once.
    async fn go(mut self) {
        self.going.send_replace(true);
        if timeout(PARTING, &mut self.watch).await.is_err() {
            self.watch.abort();
        }
    }
}

/// Looks from time to time for what fell due. A failure is told and tried again: what fell due
/// stays due. The watch itself is taken without being broken off, so that it can be given back.
pub(super) async fn keep_watch(
    store: &Store,
    runner: &Runner,
    clock: Clock,
    mut asked: Receiver<bool>,
) {
    while !*asked.borrow_and_update() {
        let duty = watch::on_duty(store).await;
        let looked = async { if duty? { look(store, runner, clock).await } else { Ok(0) } };
        let looked = tokio::select! {
            looked = looked => looked,
            _ = asked.changed() => return,
        };
        match looked {
            Ok(0) => {}
            Ok(new) => tracing::info!(new, "acts fell due"),
            Err(error) => tracing::warn!(error = format!("{error:#}"), "the watchman failed"),
        }
        tokio::select! {
            () = sleep(LOOKS) => {}
            _ = asked.changed() => return,
        }
    }
}

async fn look(store: &Store, runner: &Runner, clock: Clock) -> anyhow::Result<u64> {
    Ok(watch::look(store, runner, clock.now()).await?)
}
