//! 輸入: what was sent, read without believing it: sizes, encodings, UTF-8, JSON, in that order.
//! Every failure names the place.

use std::time::Duration;

use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Payload};
use actix_web::{HttpMessage as _, HttpRequest, dev};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tongjian_events::values::StaffId;
use tongjian_events::{Act, Refusal, StreamId};

use super::error::Problem;
use crate::access::Grant;
use crate::store::Expected;
pub use crate::submission::Expectation;
use crate::submission::{self, Door, Fault, Unread};

/// The greatest body of one act, in bytes.
pub const MAX_ACT_BYTES: usize = 64 << 10;
/// The greatest body of one command, in bytes.
pub const MAX_COMMAND_BYTES: usize = 1 << 20;
/// The greatest body of an NDJSON batch, in bytes.
pub const MAX_BATCH_BYTES: usize = 16 << 20;
/// The greatest number of acts in one command.
pub const MAX_COMMAND_ACTS: usize = 500;

/// The media type of a body, without its parameters.
///
/// # Errors
/// 415 when none was named, or its characters are not UTF-8.
pub fn media_type(request: &HttpRequest) -> Result<String, Problem> {
    let media = request.content_type().to_ascii_lowercase();
    let named = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let charset = named.and_then(|value| {
        value.split(';').skip(1).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
        })
    });
    match charset {
        Some(charset) if !charset.eq_ignore_ascii_case("utf-8") => {
            Err(Problem::media_type(format!("the charset {charset} is not read; send UTF-8")))
        }
        _ => Ok(media),
    }
}

/// Reads a body of at most `limit` bytes, unpacked. A body that says it is larger is not read.
/// One of which nothing comes for as long as `silence` is given up: whoever sends it may be gone.
///
/// # Errors
/// 413 past the limit, 415 for an encoding other than gzip, 400 when the body breaks off, 408 when
/// nothing more of it comes.
pub async fn body(
    request: &HttpRequest,
    from: Payload,
    limit: usize,
    silence: Duration,
) -> Result<Bytes, Problem> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    match header(header::CONTENT_ENCODING).map(str::to_ascii_lowercase).as_deref() {
        None | Some("identity" | "gzip") => {}
        Some(other) => return Err(Problem::encoding(other)),
    }
    let length = header(header::CONTENT_LENGTH).and_then(|value| value.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) {
        return Err(Problem::too_large(limit));
    }
    let mut unpacked = dev::Decompress::from_headers(from, request.headers());
    let mut out = BytesMut::new();
    loop {
        let chunk = tokio::time::timeout(silence, unpacked.next()).await;
        let Some(chunk) = chunk.map_err(|_| Problem::silent(silence))? else { break };
        let chunk = chunk.map_err(|source| {
            let source = match &source {
                PayloadError::Incomplete(Some(inner)) => inner.to_string(),
                other => other.to_string(),
            };
            Problem::malformed(format!("the body breaks off or cannot be unpacked: {source}"))
        })?;
        if out.len() + chunk.len() > limit {
            return Err(Problem::too_large(limit));
        }
        out.extend_from_slice(&chunk);
    }
    Ok(out.freeze())
}

/// The text of a body or a line; a byte order mark before it is passed over.
///
/// # Errors
/// 400 naming line and column of the first byte that is not UTF-8.
pub fn text(bytes: &[u8]) -> Result<&str, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|source| {
        let before = bytes.get(..source.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        let detail = format!("the byte at line {line}, column {column} is not UTF-8");
        Problem::malformed(detail).at(line as u64, column as u64)
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Reads a JSON object; on failure reads it again, slowly, to name the field.
///
/// # Errors
/// 400 naming field, line and column.
pub fn json<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    submission::json(text).map_err(unread)
}

/// Reads a JSON list without reading what is in it.
///
/// # Errors
/// 400 naming line and column.
pub fn list(text: &str) -> Result<Vec<Box<RawValue>>, Problem> {
    serde_json::from_str(text).map_err(|plain| unread(Fault::of(&plain, None)))
}

fn unread(fault: Fault) -> Problem {
    let rule = fault.to_string();
    let problem = Problem::malformed(&*rule).by_rule(rule);
    let problem = match fault.place {
        Some((line, column)) => problem.at(line, column),
        None => problem,
    };
    match fault.field {
        Some(field) => problem.in_field(field),
        None => problem,
    }
}

/// An act that was sent, and what was expected of its stream, if anything was said.
pub type Read = Result<(Act, Option<Expected>), Problem>;

/// Reads one act and checks it against the catalogue.
///
/// # Errors
/// 400 when it cannot be read; else the first refusal in order of precedence.
pub fn act(text: &str) -> Read {
    submission::act(text, Door::Sender).map_err(|why| match why {
        Unread::Text(fault) => unread(fault),
        Unread::Refused(refusal) => refusal.into(),
    })
}

/// What a field of an act is called in a submission: as it is.
pub fn in_place(field: &str) -> String {
    field.to_owned()
}

/// An address' `{kind}/{name}` as a stream.
///
/// # Errors
/// 404 when no stream can have that name.
pub fn stream(kind: &str, name: &str) -> Result<StreamId, Problem> {
    let kind = kind.parse().map_err(Problem::not_found)?;
    StreamId::new(kind, name).map_err(Problem::not_found)
}

/// One who acts: whoever holds the token. Only where no tokens are asked for may another be named.
///
/// # Errors
/// 403 when another is named.
pub(super) fn acting(grant: &Grant, named: Option<StaffId>) -> Result<StaffId, Problem> {
    let holder = grant.person().map_err(Problem::forbidden)?;
    match named {
        Some(named) if named != holder && !grant.is_open() => {
            let rule = format!("the token acts for `{holder}`, and `{named}` is named");
            Err(Problem::forbidden(rule).in_field("actor"))
        }
        named => Ok(named.unwrap_or(holder)),
    }
}

/// A position or version to read after. None lies past 2^62, so that what is larger asks for the
/// same: nothing.
pub(super) fn after(asked: u64) -> u64 {
    asked.min(1 << 62)
}

/// A refusal for what stands in the wrong place.
pub(super) fn misplaced(rule: String) -> Problem {
    Refusal::Malformed { rule }.into()
}
