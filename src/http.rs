//! 接口: the service over HTTP. This file is the whole route table and what every request passes;
//! each resource has a file of its own. Nothing here judges, and nothing here knows SQL.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::web::{self, Data, FormConfig, PathConfig, ServiceConfig};
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse, Resource, guard};
use tokio::sync::watch;

use crate::access::Grant;
use crate::boards::answers::Answers;
use crate::bulletin::contents::Contents;
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::past::Pasts;
use crate::query::Queries;
use crate::runner::Runner;
use crate::store::Store;
use crate::vault::Vault;

pub mod acts;
pub mod admit;
pub mod applicants;
pub mod asked;
pub mod auth;
pub mod batch;
mod browser;
pub mod bulletins;
pub mod cases;
pub mod catalog;
pub mod cloudevents;
pub mod coverage;
pub mod error;
pub mod health;
pub mod input;
pub mod limits;
pub mod lists;
pub mod openapi;
pub mod pages;
mod reach;
pub mod rights;
pub mod serve;
pub mod streams;
pub mod tail;
pub mod tls;

pub use auth::{Access, Gate, Visitor};
pub use error::Problem;
use limits::Limits;
pub use serve::{Running, ServeError, Settings, serve};

/// What every handler is given.
#[derive(Debug)]
pub struct Service {
    /// The chronicle.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Who may do what.
    pub gate: Gate,
    /// How often one may come.
    pub limits: Limits,
    /// Questions to the chronicle.
    pub queries: Queries,
    /// The chronicle as it stood at positions that were asked for.
    pub pasts: Pasts,
    /// What boards were answered of late.
    pub boards: Answers,
    /// The contents of bulletins that are at hand.
    pub contents: Arc<Contents>,
    /// The sealed details of applicants.
    pub vault: Vault,
    /// The process's own figures.
    pub metrics: Metrics,
    /// The running projections, where they run in this process.
    pub runner: Option<Runner>,
    /// Whether figures and the API document are for everybody who can reach the service: only where
    /// it listens on loopback and no proxy stands before it.
    pub figures_are_open: bool,
    /// Whether a proxy that ends TLS stands before it, and says where requests came from.
    pub is_behind_a_proxy: bool,
    /// How long a read waits for the position it was asked for.
    pub longest_wait: Duration,
    /// How long the sender of a body may be silent.
    pub silence: Duration,
    /// How often a live tail says that it is alive.
    pub heartbeat: Duration,
    /// Turns true when the service stops.
    pub stopping: watch::Receiver<bool>,
}

impl Service {
    /// The grant of whoever was let in. That he may do what the address asks was asked before;
    /// what lies in his sites, and which acts are his, whoever answers asks of the grant.
    ///
    /// # Errors
    /// 401 where nobody known was let in.
    pub fn visitor(&self, request: &HttpRequest) -> Result<Grant, Problem> {
        let visitor = request.extensions().get::<Visitor>().map(|visitor| visitor.grant.clone());
        visitor.ok_or_else(|| auth::unknown(request, "nobody known sent this"))
    }

    /// Waits until the chronicle has reached a position, up to a limit.
    ///
    /// # Errors
    /// 503 when it has not by then.
    pub async fn reach(&self, position: Option<u64>) -> Result<(), Problem> {
        let Some(wanted) = position else { return Ok(()) };
        let mut head = self.store.head_changes();
        if *head.borrow_and_update() >= wanted {
            return Ok(());
        }
        let reached = head.wait_for(|head| *head >= wanted);
        let in_time = tokio::time::timeout(self.longest_wait, reached).await;
        // Another process may have written: what counts is what can be read.
        let head = self.store.head().await?.position;
        match in_time {
            Ok(Ok(_)) => Ok(()),
            _ if head >= wanted => Ok(()),
            _ => Err(Problem::not_reached(wanted, head)),
        }
    }

    /// The same for what is read from the read tables.
    ///
    /// # Errors
    /// 503 when they have not reached it by then.
    pub async fn reach_in_tables(&self, position: Option<u64>) -> Result<(), Problem> {
        self.reach(position).await?;
        let (Some(wanted), Some(runner)) = (position, &self.runner) else { return Ok(()) };
        let reached = runner.wait_for(wanted, self.longest_wait).await;
        reached.map_err(|behind| {
            let at = behind.standings.iter().map(|(_, standing)| standing.position).min();
            Problem::not_reached(wanted, at.unwrap_or(0))
        })
    }
}

/// Every route there is.
pub fn routes(config: &mut ServiceConfig) {
    config
        .app_data(PathConfig::default().error_handler(error::of_path))
        .app_data(FormConfig::default().limit(admit::FORM).error_handler(admit::of_form))
        .service(
            at("/v1/acts", "GET, HEAD, POST")
                .route(reads().to(acts::list))
                .route(web::post().to(acts::record)),
        )
        .service(at("/v1/acts/{position}", READ).route(reads().to(acts::one)))
        .service(at("/v1/streams/{kind}/{name}", READ).route(reads().to(streams::list)))
        .service(
            at("/v1/streams/{kind}/{name}/acts", "POST").route(web::post().to(streams::command)),
        )
        .service(at("/v1/tail", "GET").route(web::get().to(tail::tail)))
        .service(at("/v1/cases", READ).route(reads().to(cases::list)))
        .service(at("/v1/cases/{id}", READ).route(reads().to(cases::one)))
        .service(at("/v1/cases/{id}/timeline", READ).route(reads().to(cases::timeline)))
        .service(at("/v1/lists/{name}", READ).route(reads().to(lists::page)))
        .service(at("/v1/coverage", READ).route(reads().to(coverage::of_day)))
        .configure(bulletin_routes)
        .configure(applicants::routes)
        .service(at("/v1/catalog", READ).route(reads().to(catalog::list)))
        .service(at("/v1/schemas/{event}", READ).route(reads().to(catalog::schema)))
        .service(at("/openapi.json", READ).route(reads().to(openapi::document)))
        .service(at("/healthz", READ).route(reads().to(health::alive)))
        .service(at("/readyz", READ).route(reads().to(health::ready)))
        .service(at("/metrics", READ).route(reads().to(health::metrics)))
        .configure(pages::routes)
        .default_service(web::to(nothing_here));
}

fn bulletin_routes(config: &mut ServiceConfig) {
    let step = |name: &str| {
        web::resource(format!("/v1/bulletins/{{id}}/{name}")).default_service(web::to(
            move || async move { Err::<HttpResponse, _>(Problem::method("POST")) },
        ))
    };
    config
        .service(
            at("/v1/bulletins", "GET, HEAD, POST")
                .route(reads().to(bulletins::list))
                .route(web::post().to(bulletins::steps::draft)),
        )
        .service(at("/v1/bulletins/{id}", READ).route(reads().to(bulletins::one)))
        .service(at("/v1/bulletins/{id}/history", READ).route(reads().to(bulletins::history)))
        .service(
            at("/v1/bulletins/{id}/figures/{figure:.*}", READ)
                .route(reads().to(bulletins::trace::figure)),
        )
        .service(step("review").route(web::post().to(bulletins::steps::review)))
        .service(step("sign").route(web::post().to(bulletins::steps::sign)))
        .service(step("issue").route(web::post().to(bulletins::steps::issue)))
        .service(step("erratum").route(web::post().to(bulletins::steps::erratum)))
        .service(step("delivery").route(web::post().to(bulletins::steps::delivery)))
        .service(step("reading").route(web::post().to(bulletins::steps::reading)));
}

const READ: &str = "GET, HEAD";

/// An address that answers these methods, and every other one with a problem.
fn at(path: &'static str, allowed: &'static str) -> Resource {
    web::resource(path).default_service(web::to(move || async move {
        Err::<HttpResponse, _>(Problem::method(allowed))
    }))
}

fn reads() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Err(Problem::not_found(format!("nothing answers at {}", request.path())))
}

/// Counts and times what was answered, by the route's template and never by the address.
pub async fn observed(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let service = request.app_data::<Data<Service>>().cloned();
    let method = request.method().clone();
    let mut answer = next.call(request).await?;
    if let Some(service) = service {
        if *service.stopping.borrow() {
            // A sender that goes on and on would else keep the service from stopping.
            answer.response_mut().head_mut().set_connection_type(ConnectionType::Close);
        }
        let template = answer.request().match_pattern();
        let route = template.as_deref().unwrap_or("none");
        service.metrics.answered(&method, route, answer.status(), began.elapsed());
    }
    Ok(answer)
}
