//! 服務: starts the service and stops it: what is in flight is answered, live tails are closed,
//! and the chronicle last of all.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::admit::admit;
use super::limits::Limits;
use super::{Access, Gate, Service, observed, routes, tls};
use crate::boards::answers::Answers;
use crate::bulletin::contents::Contents;
use crate::clock::Clock;
use crate::gauges::publisher::publish;
use crate::metrics::Metrics;
use crate::past::Pasts;
use crate::query::Queries;
use crate::runner::Runner;
use crate::store::{Store, StoreError};
use crate::vault::{MasterKey, Vault};

/// How the service is reached, and by whom.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The addresses it listens at; port 0 takes a free one.
    pub listen: Vec<SocketAddr>,
    /// Whether tokens are asked for.
    pub access: Access,
    /// Whether browsers reach it over TLS: by itself, or by a proxy before it.
    pub secure: bool,
    /// Who it shows itself to be, where it answers over TLS itself.
    pub tls: Option<tls::Identity>,
    /// How many threads answer; as many as the machine has cores where none is given.
    pub workers: Option<usize>,
    /// How long a read waits for the position it was asked for.
    pub longest_wait: Duration,
    /// How long the sender of a body may be silent.
    pub silence: Duration,
    /// How often a live tail says that it is alive.
    pub heartbeat: Duration,
    /// How long what is in flight may take when the service stops.
    pub stop_within: Duration,
    /// The contents of bulletins that are at hand.
    pub contents: Arc<Contents>,
    /// The master key, without which no details of applicants are sealed or opened.
    pub master_key: Option<MasterKey>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: vec![SocketAddr::from(([127, 0, 0, 1], 8080))],
            access: Access::Tokens,
            secure: false,
            tls: None,
            workers: None,
            longest_wait: Duration::from_secs(5),
            silence: Duration::from_secs(20),
            heartbeat: Duration::from_secs(15),
            stop_within: Duration::from_secs(30),
            contents: Arc::default(),
            master_key: None,
        }
    }
}

/// Why the service did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Without tokens it may be reached from this machine only.
    #[error("{0} is no loopback address: without tokens the service listens on loopback only")]
    OpenToOthers(SocketAddr),
    /// An address cannot be listened at.
    #[error("cannot listen at {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The grants cannot be read.
    #[error("the grants cannot be read")]
    Store(#[from] StoreError),
    /// What was served is no more.
    #[error("the chronicle was lost")]
    Lost(#[source] StoreError),
    /// The server failed while it ran.
    #[error("the server failed")]
    Server(#[from] io::Error),
    /// No signal can be waited for.
    #[error("signals cannot be received")]
    Signal {
        /// Why.
        source: io::Error,
    },
}

/// The running service.
#[derive(Debug)]
pub struct Running {
    /// The addresses it listens at, with their real ports.
    pub addresses: Vec<SocketAddr>,
    store: Store,
    runner: Option<Runner>,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
    ended: Option<io::Result<()>>,
    stopping: watch::Sender<bool>,
    publishing: Option<JoinHandle<()>>,
}

/// Starts the service and answers when it listens. The runner, where one is given, is stopped
/// with it; it keeps the read tables that lists of cases are made from.
///
/// # Errors
/// [`ServeError`]; that it would be open to other machines without tokens is one.
pub async fn serve(
    settings: Settings,
    store: Store,
    clock: Clock,
    metrics: Metrics,
    runner: Option<Runner>,
) -> Result<Running, ServeError> {
    let outside = settings.listen.iter().find(|address| !address.ip().is_loopback());
    if let (Access::Open, Some(address)) = (settings.access, outside) {
        return Err(ServeError::OpenToOthers(*address));
    }
    let (stopping, stops) = watch::channel(false);
    let round = || publish(store.clone(), clock, metrics.board().clone(), stops.clone());
    let publishing = runner.is_some().then(|| tokio::spawn(round()));
    let service = Data::new(Service {
        gate: Gate::open(settings.access, settings.secure, &store).await?,
        limits: Limits::default(),
        queries: Queries::new(store.clone(), clock, runner.clone()),
        store: store.clone(),
        clock,
        pasts: Pasts::default(),
        boards: Answers::default(),
        contents: settings.contents,
        vault: Vault::new(store.clone(), settings.master_key),
        metrics,
        runner: runner.clone(),
        figures_are_open: outside.is_none() && !settings.secure,
        is_behind_a_proxy: settings.secure && settings.tls.is_none(),
        longest_wait: settings.longest_wait,
        silence: settings.silence,
        heartbeat: settings.heartbeat,
        stopping: stops,
    });
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(service.clone())
            .wrap(from_fn(admit))
            .wrap(from_fn(observed))
            .wrap(Compress::default())
            .configure(routes)
    })
    .disable_signals()
    .shutdown_timeout(settings.stop_within.as_secs());
    if let Some(workers) = settings.workers {
        server = server.workers(workers);
    }
    for address in settings.listen {
        let bound = match &settings.tls {
            None => server.bind(address),
            Some(identity) => server.bind_rustls_0_23(address, identity.config()),
        };
        server = bound.map_err(|source| ServeError::Bind { address, source })?;
    }
    let addresses = server.addrs();
    let server = server.run();
    let handle = server.handle();
    let server = tokio::spawn(server);
    Ok(Running { addresses, store, runner, handle, server, ended: None, stopping, publishing })
}

impl Running {
    /// Runs until the machine or somebody at the keyboard asks it to stop, the chronicle lacks what
    /// was served of it, or the server ends by itself. Either way it is to be [stopped](Self::stop)
    /// then.
    ///
    /// # Errors
    /// [`ServeError`] when signals cannot be received or the chronicle was lost.
    pub async fn until_asked(&mut self) -> Result<(), ServeError> {
        let store = self.store.clone();
        tokio::select! {
            lost = store.lost() => return Err(ServeError::Lost(lost)),
            asked = signal() => asked?,
            ended = &mut self.server => {
                self.ended = Some(ended.map_err(io::Error::other).flatten());
            }
        }
        Ok(())
    }

    /// Takes no more connections, answers what is in flight, closes live tails, then the
    /// chronicle.
    ///
    /// # Errors
    /// [`ServeError::Server`] when the server had failed.
    pub async fn stop(mut self) -> Result<(), ServeError> {
        tracing::info!("stopping: answering what is in flight");
        self.stopping.send_replace(true);
        let ended = match self.ended.take() {
            Some(ended) => ended,
            None => {
                self.handle.stop(true).await;
                (&mut self.server).await.map_err(io::Error::other).flatten()
            }
        };
        if let Some(publishing) = self.publishing.take() {
            let _ = publishing.await;
        }
        self.close().await;
        Ok(ended?)
    }

    async fn close(&self) {
        if let Some(runner) = &self.runner {
            runner.stop().await;
        }
        self.store.close().await;
    }
}

#[cfg(unix)]
async fn signal() -> Result<(), ServeError> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |source| ServeError::Signal { source };
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> Result<(), ServeError> {
    tokio::signal::ctrl_c().await.map_err(|source| ServeError::Signal { source })
}
