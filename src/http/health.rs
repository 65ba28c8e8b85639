//! 健康: whether the process lives, whether it can serve, and its figures.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::Service;
use super::error::Problem;
use crate::access::Right;
use crate::runner::Runner;

/// The process lives. Open to everybody.
#[utoipa::path(get, path = "/healthz", tag = "service", security(()),
    responses((status = 200, description = "It lives.")))]
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("alive\n")
}

/// The chronicle answers and the service does not stop. Open to everybody.
#[utoipa::path(get, path = "/readyz", tag = "service", security(()),
    responses((status = 200, description = "It can serve."),
        (status = 503, body = super::error::Details, content_type = "application/problem+json")))]
pub async fn ready(service: Data<Service>) -> Result<HttpResponse, Problem> {
    if *service.stopping.borrow() {
        return Err(Problem::stopping());
    }
    let head = service.store.head().await?;
    Ok(HttpResponse::Ok().content_type("text/plain").body(format!("ready {}\n", head.position)))
}

/// The figures of the process, and those of the network, which are all of one position; the latter
/// are not there before the read tables have caught up. Open on loopback without TLS; elsewhere and
/// behind a proxy a token that may read is needed, and for those of the network one over all.
#[utoipa::path(get, path = "/metrics", tag = "service",
    responses((status = 200, content_type = "text/plain", description = "Prometheus text.")))]
pub async fn metrics(
    service: Data<Service>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let head = *service.store.head_changes().borrow();
    for (name, at) in service.runner.iter().flat_map(Runner::standings) {
        service.metrics.projection(name, at.position, head, at.stopped.is_some());
    }
    // Of the network is told to whoever reaches this machine's loopback, and to who sees all of it.
    let network = service.figures_are_open || {
        let visitor = service.visitor(&request)?;
        visitor.covers_everything() && visitor.has(Right::Read)
    };
    let text = service.metrics.scrape(&service.store, network);
    let text = text.map_err(|source| Problem::internal(source.to_string()))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}
