//! 問題: the only place where an error becomes an HTTP answer (RFC 9457 problem details). Nothing
//! here decides; it only says what was decided, and where in the request it showed.

use std::fmt;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError, error};
use serde::Serialize;
use tongjian_events::{Refusal, StreamId};
use utoipa::ToSchema;

mod causes;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// 問題: why a request was not done. Boxed, since it is the rare branch of every handler.
#[derive(Debug)]
pub struct Problem(Box<Details>);

/// The members of a problem as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Details {
    /// A name for machines: `urn:tongjian:problem:version-conflict`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem it is, for people; the same for every occurrence.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// This occurrence, for people.
    pub detail: String,
    /// Where in what was sent, such as `body.limits.promised_working_days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The rule that was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The line of what was sent, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column of that line, in bytes, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// The position of the recorded act that stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// The version at which the stream is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_version: Option<u64>,
    #[serde(skip)]
    code: &'static str,
    #[serde(skip)]
    header: Option<(header::HeaderName, &'static str)>,
    #[serde(skip)]
    outside: bool,
}

/// 轄外: marks the answer to somebody who asked for what is there and is not covered. He is told what
/// he would be told if it were not there; the audit trail is told the truth.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outside;

impl Problem {
    /// A problem of this status, name and title; `detail` is this occurrence.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self(Box::new(Details {
            kind: format!("urn:tongjian:problem:{code}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            field: None,
            rule: None,
            line: None,
            column: None,
            position: None,
            actual_version: None,
            code,
            header: None,
            outside: false,
        }))
    }

    /// What was sent cannot be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The request cannot be read", detail)
    }

    /// What was asked for does not exist.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail)
    }

    /// It is there, and not covered: the answer is the same as if it were not.
    #[must_use]
    pub fn outside(mut self) -> Self {
        self.0.outside = true;
        self
    }

    /// The same without what it tells of a stream that the sender may not know.
    #[must_use]
    pub fn without_version(mut self) -> Self {
        self.0.actual_version = None;
        "the stream is not at the version that was expected".clone_into(&mut self.0.detail);
        self
    }

    /// Marks its answer where what was asked for is there and not covered.
    pub(super) fn mark(&self, answer: &mut HttpResponse) {
        if self.0.outside {
            answer.extensions_mut().insert(Outside);
        }
    }

    /// The body is larger than may be sent here.
    pub fn too_large(limit: usize) -> Self {
        let detail = format!("the body is larger than the {limit} bytes allowed here");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large", detail)
    }

    /// The media type or encoding cannot be read here.
    pub fn media_type(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            "The media type is not read here",
            detail,
        )
    }

    /// The encoding of a body is not read here.
    pub fn encoding(named: &str) -> Self {
        Self::media_type(format!("the encoding {named} is not read; use gzip"))
            .in_field("content-encoding")
            .with_header(header::ACCEPT_ENCODING, "gzip")
    }

    /// Nothing more of a body came.
    pub fn silent(after: Duration) -> Self {
        let detail = format!("nothing more of the body came for {} s", after.as_secs_f32());
        Self::new(StatusCode::REQUEST_TIMEOUT, "silent", "The body did not come", detail)
            .with_header(header::CONNECTION, "close")
    }

    /// No valid token came with the request. `challenge` names the way to send one.
    pub fn unauthenticated(challenge: &'static str, detail: impl Into<String>) -> Self {
        let title = "A valid token is needed";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", title, detail)
            .with_header(header::WWW_AUTHENTICATE, challenge)
    }

    /// The token is valid and does not cover this.
    pub fn forbidden(rule: impl Into<String>) -> Self {
        Refusal::Unauthorised { rule: rule.into() }.into()
    }

    /// The chronicle has not reached the position that was asked for.
    pub fn not_reached(wanted: u64, head: u64) -> Self {
        let detail = format!("the chronicle is at position {head}; {wanted} was asked for");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "position-not-reached",
            "The chronicle has not reached that position",
            detail,
        )
        .with_header(header::RETRY_AFTER, "1")
    }

    /// What was asked for is being made.
    pub fn being_made(detail: impl Into<String>) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "being-made", "It is being made", detail)
            .with_header(header::RETRY_AFTER, "5")
    }

    /// The service is going away.
    pub fn stopping() -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "stopping", "The service stops", "the service is stopping")
            .with_header(header::RETRY_AFTER, "5")
    }

    /// The method is not answered at this address; `allowed` are.
    pub fn method(allowed: &'static str) -> Self {
        let detail = format!("this address answers {allowed}");
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::new(status, "method-not-allowed", "The method is not answered here", detail)
            .with_header(header::ALLOW, allowed)
    }

    /// The service itself failed; `detail` must hold nothing secret.
    pub fn internal(detail: impl Into<String>) -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "internal", "The service failed", detail)
    }

    /// The field it shows in.
    #[must_use]
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// The same problem where the fields of what was sent have other names.
    #[must_use]
    pub fn renamed(mut self, name: fn(&str) -> String) -> Self {
        self.0.field = self.0.field.as_deref().map(name);
        self
    }

    /// The rule that was broken.
    #[must_use]
    pub fn by_rule(mut self, rule: impl Into<String>) -> Self {
        self.0.rule = Some(rule.into());
        self
    }

    /// The line and column it shows at, from 1; a column of 0 is unknown.
    #[must_use]
    pub fn at(mut self, line: u64, column: u64) -> Self {
        self.0.line = Some(line);
        self.0.column = (column > 0).then_some(column);
        self
    }

    /// It shows in the item of this index of an array.
    #[must_use]
    pub fn in_item(mut self, index: usize) -> Self {
        let within = self.0.field.take().map_or_else(String::new, |field| format!(".{field}"));
        self.0.field = Some(format!("[{index}]{within}"));
        // They were counted within the item.
        (self.0.line, self.0.column) = (None, None);
        self
    }

    /// A line of a batch was not tried, since one before it in its stream could not be taken.
    pub fn not_tried(stream: &StreamId) -> Self {
        let detail = format!("an earlier line of `{stream}` could not be taken; send both again");
        let status = StatusCode::TOO_MANY_REQUESTS;
        Self::new(status, "not-tried", "An earlier line could not be taken", detail)
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self.0.status, 429 | 503)
    }

    pub(super) fn with_header(mut self, name: header::HeaderName, value: &'static str) -> Self {
        self.0.header = Some((name, value));
        self
    }

    /// The name for machines, without its prefix.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The members as sent, taken out.
    #[must_use]
    pub fn into_details(self) -> Details {
        *self.0
    }

    /// The members as sent.
    #[must_use]
    pub fn details(&self) -> &Details {
        &self.0
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponseBuilder::new(self.status_code());
        if let Some((name, value)) = &self.0.header {
            answer.insert_header((name.clone(), *value));
        }
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        answer.content_type(MEDIA_TYPE);
        // Plain structs of text and numbers cannot fail to serialise.
        let mut answer = answer.body(serde_json::to_vec(self.details()).unwrap_or_default());
        self.mark(&mut answer);
        answer
    }
}

/// The status and title of a refusal.
fn status_of(refusal: &Refusal) -> (StatusCode, &'static str) {
    const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    match refusal {
        Refusal::Malformed { .. } => (StatusCode::BAD_REQUEST, "The request cannot be read"),
        Refusal::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "Too large"),
        Refusal::IdNotVersion7 { .. } => (UNPROCESSABLE, "The id is no UUID of version 7"),
        Refusal::EventUnknown { .. } => (UNPROCESSABLE, "The event is not in the catalogue"),
        Refusal::VersionUnknown { .. } => (UNPROCESSABLE, "The event has no such version"),
        Refusal::StreamOfOtherKind { .. } => (UNPROCESSABLE, "The event belongs elsewhere"),
        Refusal::BodyDoesNotMatchSchema { .. } => (UNPROCESSABLE, "The body breaks a rule"),
        Refusal::Unauthorised { .. } => (StatusCode::FORBIDDEN, "Not allowed"),
        Refusal::OccurredAfterReceipt { .. } => (UNPROCESSABLE, "It lies in the future"),
        Refusal::RecordedWithDifferentBody { .. } => {
            (StatusCode::CONFLICT, "The id is recorded with other content")
        }
        Refusal::RepeatedInCommand { .. } => (UNPROCESSABLE, "An id stands twice"),
        Refusal::PartlyRecorded { .. } => (StatusCode::CONFLICT, "Partly recorded"),
        Refusal::VersionConflict { .. } => {
            (StatusCode::CONFLICT, "The stream is at another version")
        }
        _ => (UNPROCESSABLE, "Refused"),
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, title) = status_of(&refusal);
        let mut problem = Self::new(status, refusal.code(), title, refusal.to_string());
        let details = &mut problem.0;
        let mut field = |name: &str| details.field = Some(name.into());
        match refusal {
            Refusal::IdNotVersion7 { .. } | Refusal::RepeatedInCommand { .. } => field("id"),
            Refusal::EventUnknown { .. } => field("event"),
            Refusal::VersionUnknown { .. } => field("version"),
            Refusal::StreamOfOtherKind { .. } => field("stream"),
            Refusal::OccurredAfterReceipt { .. } => field("occurred_at"),
            Refusal::BodyDoesNotMatchSchema { field: at, rule } => {
                field(&at);
                details.rule = Some(rule);
            }
            Refusal::Malformed { rule } | Refusal::Unauthorised { rule } => {
                details.rule = Some(rule);
            }
            Refusal::RecordedWithDifferentBody { position, .. }
            | Refusal::PartlyRecorded { position, .. } => {
                field("id");
                details.position = Some(position);
            }
            Refusal::VersionConflict { actual, .. } => {
                field("expected");
                details.actual_version = Some(actual);
            }
            _ => {}
        }
        problem
    }
}

/// An extractor's own error: the address or the query does not fit the route.
pub(super) fn of_path(source: error::PathError, _: &HttpRequest) -> actix_web::Error {
    Problem::not_found(format!("the address cannot be read: {source}")).into()
}
