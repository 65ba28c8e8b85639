//! 瀏覽器: what holds for everything that a browser shows: headers that keep a page to itself, the
//! way to the log-in and back.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

/// Over TLS a browser comes back over TLS, for two years.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// What every answer carries.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Adds the headers that keep an answer to itself.
pub(super) fn shielded<B>(answer: &mut HttpResponse<B>, secure: bool) {
    let headers = answer.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    if secure {
        let value = HeaderValue::from_static(HSTS);
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}

/// Whether a browser asks for a page, and not a program for data.
pub(super) fn is_page(request: &HttpRequest) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    !request.path().starts_with("/v1/") && accepts.is_some_and(|what| what.contains("text/html"))
}

/// Where to log in, and come back from there.
pub(super) fn log_in_address(request: &HttpRequest) -> String {
    let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("next", wanted);
    format!("/login?{}", query.finish())
}

/// An address of this service that somebody wanted to go to; the first page where it is none.
pub(super) fn within(next: &str) -> &str {
    // `//host` and `/\host` lead elsewhere.
    let stays = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.contains(|letter: char| letter.is_control());
    if stays { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn the_way_back_from_the_log_in_stays_here() {
        for stays in ["/", "/cases/1?as_of=2008-07-01", "/a//b"] {
            assert_eq!(within(stays), stays);
        }
        for leads_away in
            ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\r\nb"]
        {
            assert_eq!(within(leads_away), "/", "{leads_away}");
        }
    }
}
