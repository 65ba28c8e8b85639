//! 接口文檔: the OpenAPI document, made from the handlers themselves and committed as
//! `docs/openapi.json`.

use actix_web::HttpResponse;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

use super::error::Problem;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tongjian 通鑑",
        description = "The chronicle of a city's public-service windows. Every error is a problem \
            of RFC 9457. Numbers of positions and versions are JSON numbers in answers; within \
            envelopes, which are canonical JSON, they are text."
    ),
    paths(
        super::acts::record, super::acts::list, super::acts::one,
        super::streams::list, super::streams::command, super::tail::tail,
        super::cases::list, super::cases::one, super::cases::timeline,
        super::lists::page, super::coverage::of_day,
        super::bulletins::list, super::bulletins::one, super::bulletins::history,
        super::bulletins::trace::figure, super::bulletins::steps::draft,
        super::bulletins::steps::review, super::bulletins::steps::sign,
        super::bulletins::steps::issue, super::bulletins::steps::erratum,
        super::bulletins::steps::delivery, super::bulletins::steps::reading,
        super::applicants::seal, super::applicants::disclose, super::applicants::destroy,
        super::catalog::list, super::catalog::schema,
        super::health::alive, super::health::ready, super::health::metrics, document
    ),
    components(schemas(super::error::Details, super::acts::Receipt)),
    security(("token" = []))
)]
struct Described;

/// The document as text, the same on every machine.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn text() -> serde_json::Result<String> {
    let mut document = Described::openapi();
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    document
        .components
        .get_or_insert_default()
        .security_schemes
        .insert("token".into(), scheme.into());
    document.to_pretty_json().map(|text| text + "\n")
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "service",
    responses((status = 200, description = "The OpenAPI document.")))]
pub async fn document() -> Result<HttpResponse, Problem> {
    let text = text().map_err(|source| Problem::internal(source.to_string()))?;
    Ok(HttpResponse::Ok().content_type("application/json").body(text))
}
