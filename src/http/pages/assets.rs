//! 資源: what pages load. An address holds the digest of its content, so that a browser keeps what
//! it has for as long as it is the same. It is open to everybody: the log-in page needs it too.

use std::collections::BTreeMap;

use actix_web::http::header::{self, ContentEncoding};
use actix_web::web;
use actix_web::{HttpRequest, HttpResponse};

use crate::console::assets::named;
use crate::http::asked::Query;
use crate::http::error::Problem;
use crate::http::streams::unchanged;

/// Kept for a year where the address says which content it is of.
const KEPT: &str = "public, max-age=31536000, immutable";

/// One of them.
pub(super) async fn one(
    request: HttpRequest,
    name: web::Path<String>,
    asked: Query<BTreeMap<String, String>>,
) -> Result<HttpResponse, Problem> {
    sent(&request, &name, asked.get("v").map(String::as_str))
}

/// The icon, where a browser asks for it by itself: a letter names none.
pub(super) async fn icon(request: HttpRequest) -> Result<HttpResponse, Problem> {
    sent(&request, "icon.svg", None)
}

fn sent(request: &HttpRequest, name: &str, asked: Option<&str>) -> Result<HttpResponse, Problem> {
    let missing = || Problem::not_found(format!("there is no asset `{name}`"));
    let asset = named(name).ok_or_else(missing)?;
    let tag = format!("\"{}\"", asset.digest());
    let is_of_content = asked.is_some_and(|digest| digest == asset.digest());
    let same = unchanged(request, &tag);
    let mut answer = if same { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, tag))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, if is_of_content { KEPT } else { "no-cache" }));
    if same {
        return Ok(answer.finish());
    }
    answer.content_type(asset.media_type);
    let accepts = request.headers().get(header::ACCEPT_ENCODING).and_then(|of| of.to_str().ok());
    if accepts.is_some_and(|accepts| accepts.contains("gzip")) && !asset.zipped().is_empty() {
        answer.insert_header(ContentEncoding::Gzip);
        return Ok(answer.body(asset.zipped()));
    }
    Ok(answer.body(asset.bytes))
}
