//! 輸入: what was sent, read without believing it: sizes, encodings, UTF-8, JSON, in that order.
//! Every failure names the place.

use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Payload};
use actix_web::{HttpMessage as _, HttpRequest, dev};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use tongjian_events::{Act, Refusal, StreamId};

use super::error::Problem;
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
///
/// # Errors
/// 413 past the limit, 415 for an encoding other than gzip, 400 when the body breaks off.
pub async fn body(request: &HttpRequest, from: Payload, limit: usize) -> Result<Bytes, Problem> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    match header(header::CONTENT_ENCODING) {
        None | Some("identity" | "gzip") => {}
        Some(other) => {
            return Err(Problem::media_type(format!("the encoding {other} is not read; use gzip")));
        }
    }
    let length = header(header::CONTENT_LENGTH).and_then(|value| value.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) {
        return Err(Problem::too_large(limit));
    }
    let mut unpacked = dev::Decompress::from_headers(from, request.headers());
    let mut out = BytesMut::new();
    while let Some(chunk) = unpacked.next().await {
        let chunk = chunk.map_err(|source| {
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

/// Reads JSON; on failure reads it again, slowly, to name the field.
///
/// # Errors
/// 400 naming field, line and column.
pub fn json<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    submission::json(text).map_err(unread)
}

fn unread(fault: Fault) -> Problem {
    let problem = Problem::malformed(fault.to_string());
    let problem = match fault.place {
        Some((line, column)) => problem.at(line, column),
        None => problem,
    };
    match &fault.field {
        Some(field) => problem.in_field(field.clone()).by_rule(fault.to_string()),
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

/// An address' `{kind}/{name}` as a stream.
///
/// # Errors
/// 404 when no stream can have that name.
pub fn stream(kind: &str, name: &str) -> Result<StreamId, Problem> {
    let kind = kind.parse().map_err(Problem::not_found)?;
    StreamId::new(kind, name).map_err(Problem::not_found)
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
