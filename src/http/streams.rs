//! 流: one subject's own acts, raw; and commands, which a stream takes whole or not at all.

use actix_web::http::header;
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use tongjian_events::{Act, StreamId};
use utoipa::{IntoParams, ToSchema};

use super::Service;
use super::acts::Receipt;
use super::asked::{Page, Query, wrong};
use super::error::Problem;
use super::input::{self, Expectation};
use crate::access::Grant;
use crate::store::{Expected, Stored};

/// Whether a grant covers the site at which an act was entered.
///
/// # Errors
/// 503 when the act cannot be read.
pub(super) fn sees(grant: &Grant, act: &Stored) -> Result<bool, Problem> {
    if grant.covers_everything() {
        return Ok(true);
    }
    Ok(grant.sees(&act.read()?.submission))
}

/// Whether the reader holds what this tag names already.
pub(super) fn unchanged(request: &HttpRequest, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let held = request.headers().get_all(header::IF_NONE_MATCH);
    let mut tags = held.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    tags.any(|held| held.trim() == "*" || bare(held) == bare(tag))
}

/// A page of envelopes, as JSON or line by line.
///
/// # Errors
/// 503 when an act cannot be read.
pub(super) fn answer(
    request: &HttpRequest,
    grant: &Grant,
    acts: &[Stored],
    next: Option<u64>,
    position: u64,
) -> Result<HttpResponse, Problem> {
    let mut seen: Vec<&[u8]> = Vec::with_capacity(acts.len());
    for act in acts {
        if sees(grant, act)? {
            seen.push(&act.envelope);
        }
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let as_lines = accept.is_some_and(|accept| accept.contains("application/x-ndjson"));
    let mut answer = HttpResponse::Ok();
    answer.insert_header(("Tongjian-Position", position.to_string()));
    if let Some(next) = next {
        answer.insert_header(("Tongjian-Next", next.to_string()));
    }
    if as_lines {
        let mut body = seen.join(&b'\n');
        body.extend(seen.last().map(|_| b'\n'));
        return Ok(answer.content_type("application/x-ndjson").body(body));
    }
    let next = next.map_or_else(|| "null".to_owned(), |next| next.to_string());
    let mut body = b"{\"acts\":[".to_vec();
    body.extend(seen.join(&b','));
    body.extend(format!("],\"next\":{next},\"position\":{position}}}").into_bytes());
    Ok(answer.content_type("application/json").body(body))
}

/// The acts of a stream, raw.
#[utoipa::path(get, path = "/v1/streams/{kind}/{name}", tag = "acts",
    params(("kind" = String, Path, description = "The kind of stream, such as `case`."),
        ("name" = String, Path, description = "Its name, percent-encoded."), Page),
    responses((status = 200, description = "`acts`, the `next` cursor, the position."),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json")))]
pub async fn list(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    page: Query<Page>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let grant = service.visitor(&request)?;
    let stream = input::stream(&path.0, &path.1)?;
    service.reach(page.min_position).await?;
    let limit = page.limit()?;
    let head = service.store.head().await?.position;
    let mut after = input::after(page.after);
    let mut acts = service.store.stream(&stream, after, limit).await?;
    let there = !acts.is_empty();
    // Of what holds nothing that is covered not even its length is told.
    while !acts.is_empty() && !any_seen(&grant, &acts)? {
        after += acts.len() as u64;
        acts = service.store.stream(&stream, after, limit).await?;
    }
    let is_known = !acts.is_empty() || service.shows(&grant, &stream, page.after).await?;
    if !is_known {
        // Past an end nobody looked whether the stream is there.
        let is_narrowed = page.after > 0 && !grant.covers_everything();
        let missing = Problem::not_found(format!("nothing is recorded in `{stream}`"));
        return Err(if there || is_narrowed { missing.outside() } else { missing });
    }
    let more = acts.len() == limit as usize;
    let next = if more { after.checked_add(acts.len() as u64) } else { None };
    let last = acts.last().map_or(head, |act| act.position);
    answer(&request, &grant, &acts, next, head.max(last))
}

impl Service {
    /// Whether one act is shown to a reader: by itself, or as one of a case that is.
    ///
    /// # Errors
    /// 503 when it cannot be read.
    pub(super) async fn shows_act(&self, grant: &Grant, act: &Stored) -> Result<bool, Problem> {
        Ok(sees(grant, act)? || self.queries.is_shared(&act.read()?, grant).await?)
    }

    /// Whether the first acts of a stream, so many, hold one that is covered.
    async fn shows(&self, grant: &Grant, stream: &StreamId, until: u64) -> Result<bool, Problem> {
        let (mut after, limit) = (0, 500);
        while after < until {
            let acts = self.store.stream(stream, after, limit).await?;
            if any_seen(grant, &acts)? {
                return Ok(true);
            }
            after += acts.len() as u64;
            if acts.len() < limit as usize {
                break;
            }
        }
        Ok(false)
    }
}

fn any_seen(grant: &Grant, acts: &[Stored]) -> Result<bool, Problem> {
    for act in acts {
        if sees(grant, act)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a command is sent with.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Expecting {
    /// `any` (default), `new`, `exists`, or the version of the stream.
    expected: Option<String>,
}

/// What a command is answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct Receipts {
    /// One receipt an act, in order.
    pub acts: Vec<Receipt>,
}

/// Records several acts of one stream, all or none.
#[utoipa::path(post, path = "/v1/streams/{kind}/{name}/acts", tag = "acts",
    params(("kind" = String, Path, description = "The kind of stream, such as `case`."),
        ("name" = String, Path, description = "Its name, percent-encoded."), Expecting),
    request_body(content_type = "application/json",
        description = "An array of 1 to 500 submissions (1 MiB), each naming this stream. The \
            first may carry `expected` instead of the query."),
    responses((status = 201, description = "All recorded.", body = Receipts),
        (status = 200, description = "All recorded before.", body = Receipts),
        (status = "4XX", description = "None recorded.", body = super::error::Details,
            content_type = "application/problem+json")))]
pub async fn command(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    query: Query<Expecting>,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let grant = service.visitor(&request)?;
    let stream = input::stream(&path.0, &path.1)?;
    if input::media_type(&request)? != "application/json" {
        return Err(Problem::media_type("send a command as application/json"));
    }
    let body = input::body(&request, payload, input::MAX_COMMAND_BYTES, service.silence).await?;
    let (acts, member) = acts_of(input::text(&body)?).map_err(|p| service.counted(p, 1))?;
    if let Some(other) = acts.iter().find(|act| act.submission().stream != stream) {
        let own = &other.submission().stream;
        return Err(input::misplaced(format!("stream: `{own}` was sent to `{stream}`")));
    }
    let expected = expectation(query.0.expected, member)?;
    let acts = service.append(&grant, expected, acts).await?;
    let status = acts.iter().map(Receipt::status).max().unwrap_or_default();
    Ok(HttpResponse::build(status).json(Receipts { acts }))
}

/// The acts of a command and what its first one expects. A problem names the act's index.
fn acts_of(text: &str) -> Result<(Vec<Act>, Option<Expected>), Problem> {
    let sent = input::list(text)?;
    if sent.len() > input::MAX_COMMAND_ACTS {
        let most = input::MAX_COMMAND_ACTS;
        return Err(input::misplaced(format!(
            "{} acts in one command; at most {most}",
            sent.len()
        )));
    }
    let (mut acts, mut first) = (Vec::with_capacity(sent.len()), None);
    for (index, one) in sent.into_iter().enumerate() {
        let (act, expected) = input::act(one.get()).map_err(|problem| problem.in_item(index))?;
        if index > 0 && expected.is_some() {
            let rule = format!("[{index}].expected: only the first act of a command may say it");
            return Err(input::misplaced(rule));
        }
        first = first.or(expected);
        acts.push(act);
    }
    Ok((acts, first))
}

fn expectation(query: Option<String>, member: Option<Expected>) -> Result<Expected, Problem> {
    let in_query = query.map(|text| text.parse::<Expectation>()).transpose();
    let in_query = in_query.map_err(|rule| wrong("expected", &rule))?;
    match (in_query.map(|expectation| expectation.0), member) {
        (Some(one), Some(other)) if one != other => {
            Err(input::misplaced("expected: the query and the first act differ".into()))
        }
        (one, other) => Ok(one.or(other).unwrap_or(Expected::Any)),
    }
}
