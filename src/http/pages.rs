//! 網頁: where the console's pages are reached. What they show is in `console`.

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::Service;
use super::asked::Query;
use super::cases::{Asked, Wanted};
use super::error::Problem;
use crate::console;

/// A page runs no script, loads nothing from elsewhere and is framed by nobody.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

fn page(html: Result<String, askama::Error>) -> Result<HttpResponse, Problem> {
    let html = html.map_err(|source| Problem::internal(format!("the page: {source}")))?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(html))
}

/// The cases, with filters.
pub async fn index(
    request: HttpRequest,
    wanted: Query<Wanted>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let cases = service.cases(&request, &wanted).await?;
    page(console::cases(&cases, &wanted))
}

/// One case.
pub async fn case(
    request: HttpRequest,
    id: web::Path<String>,
    asked: Query<Asked>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let case = service.case(&request, &id, &asked).await?;
    page(console::case(&case, asked.known_at()))
}
