//! `tongjian serve`: the service, the projections beside it, and the watchman.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use tokio::task::JoinHandle;

use super::data::Data;
use crate::clock::Clock;
use crate::http::{self, Access, Running, Settings};
use crate::metrics::Metrics;
use crate::runner::{REGISTRY, Runner};
use crate::store::Store;
use crate::{first_start, watch};

/// How often the watchman looks for what fell due.
const LOOKS: Duration = Duration::from_secs(30);

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
    let service = Service::start(settings, store, clock).await?;
    for address in &service.running.addresses {
        tracing::info!(%address, "listening");
    }
    service.until_signal().await
}

/// The service with what runs beside it.
pub(super) struct Service {
    pub(super) running: Running,
    watchman: JoinHandle<()>,
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
    ) -> anyhow::Result<Self> {
        let runner = Runner::spawn(&store, REGISTRY)?;
        let watchman = tokio::spawn(keep_watch(store.clone(), runner.clone(), clock));
        let metrics = Metrics::new().context("cannot set up the metrics")?;
        let running = http::serve(settings, store, clock, metrics, Some(runner)).await?;
        Ok(Self { running, watchman })
    }

    /// Runs until asked to stop; then answers what is in flight, and closes the chronicle last.
    ///
    /// # Errors
    /// When the server had failed.
    pub(super) async fn until_signal(self) -> anyhow::Result<()> {
        let ended = self.running.until_signal().await;
        self.watchman.abort();
        Ok(ended?)
    }

    /// Stops at once, in the same order.
    ///
    /// # Errors
    /// When the server had failed.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        self.watchman.abort();
        Ok(self.running.stop().await?)
    }
}

/// Looks from time to time for what fell due. A failure is told and tried again: what fell due
/// stays due.
pub(super) async fn keep_watch(store: Store, runner: Runner, clock: Clock) {
    loop {
        match look(&store, &runner, &clock).await {
            Ok(0) => {}
            Ok(new) => tracing::info!(new, "acts fell due"),
            Err(error) => tracing::warn!(error = format!("{error:#}"), "the watchman failed"),
        }
        tokio::time::sleep(LOOKS).await;
    }
}

async fn look(store: &Store, runner: &Runner, clock: &Clock) -> anyhow::Result<u64> {
    if !watch::on_duty(store).await? {
        return Ok(0);
    }
    Ok(watch::look(store, runner, clock.now()).await?)
}
