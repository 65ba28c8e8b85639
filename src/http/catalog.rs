//! 目錄: every event there is, and the JSON Schema of its body.

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use tongjian_events::{CATALOG, StreamKind};
use utoipa::ToSchema;

use super::Service;
use super::error::Problem;

/// One event of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    /// Its wire name.
    event: &'static str,
    /// Its present version.
    version: u16,
    /// The kind of stream it belongs to.
    #[schema(value_type = String)]
    stream: StreamKind,
    /// Its name in Chinese.
    chinese: &'static str,
    /// Where its schema is.
    schema: String,
}

/// Every event there is.
#[utoipa::path(get, path = "/v1/catalog", tag = "catalogue",
    responses((status = 200, body = Vec<Entry>)))]
pub async fn list(request: HttpRequest, service: Data<Service>) -> Result<HttpResponse, Problem> {
    service.visitor(&request)?;
    let entries: Vec<_> = CATALOG
        .iter()
        .map(|row| Entry {
            event: row.wire_name(),
            version: row.version,
            stream: row.stream,
            chinese: row.chinese,
            schema: format!("/v1/schemas/{}", row.wire_name()),
        })
        .collect();
    Ok(HttpResponse::Ok().json(entries))
}

/// The JSON Schema of an event's body.
#[utoipa::path(get, path = "/v1/schemas/{event}", tag = "catalogue",
    params(("event" = String, Path, description = "The event's wire name.")),
    responses((status = 200, content_type = "application/schema+json",
            description = "The schema of the present version."),
        (status = 404, body = super::error::Details, content_type = "application/problem+json")))]
pub async fn schema(
    request: HttpRequest,
    event: web::Path<String>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    service.visitor(&request)?;
    let row = CATALOG.iter().find(|row| row.wire_name() == event.as_str());
    let row =
        row.ok_or_else(|| Problem::not_found(format!("`{event}` is not in the catalogue")))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/schema+json"))
        .json(row.schema()))
}
