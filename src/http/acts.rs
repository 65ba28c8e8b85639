//! 行為: acts are sent here, one or many, and read in the order of the chronicle.

use std::time::Instant;

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use tongjian_events::{Act, Refusal, StreamKind, instant};
use utoipa::ToSchema;

use super::asked::{Page, Query};
use super::cloudevents::Attributes;
use super::error::Problem;
use super::{Service, batch, cloudevents, input, streams};
use crate::access::{Grant, hex};
use crate::store::{AppendError, Appended, Command, Expected};

const SEND: &str = "send application/json or application/x-ndjson";

/// 回執: where an act stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Receipt {
    /// Its place in the chronicle.
    pub position: u64,
    /// Its place in its stream.
    pub stream_version: u64,
    /// When it was recorded.
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// The leaf hash of its envelope, in hexadecimal.
    pub leaf: String,
    /// Whether it had been recorded before: the same act sent again.
    pub repeated: bool,
}

impl From<Appended> for Receipt {
    fn from(at: Appended) -> Self {
        Self {
            position: at.position,
            stream_version: at.stream_version,
            recorded_at: instant::utc_text(at.recorded_at),
            leaf: hex(&at.leaf),
            repeated: at.repeated,
        }
    }
}

impl Receipt {
    /// 201 for what was recorded now, 200 for what had been.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        if self.repeated { StatusCode::OK } else { StatusCode::CREATED }
    }
}

impl Service {
    /// Appends checked acts of one stream as one command, if the grant covers every one.
    ///
    /// # Errors
    /// The first refusal, or why the chronicle could not take it.
    pub async fn append(
        &self,
        grant: &Grant,
        expected: Expected,
        acts: Vec<Act>,
    ) -> Result<Vec<Receipt>, Problem> {
        let refused = acts.iter().find_map(|act| grant.allows(act.submission()).err());
        let count = acts.len() as u64;
        if let Some(refusal) = refused {
            return Err(self.counted(refusal.into(), count));
        }
        let Some(stream) = acts.first().map(|act| act.submission().stream.clone()) else {
            return Err(input::misplaced("a command holds at least one act".into()));
        };
        let kind = stream.kind();
        if kind == StreamKind::Applicant {
            let rule = "what concerns an applicant's details is done at /v1/applicants/{ref}";
            return Err(self.counted(Problem::forbidden(rule), count));
        }
        if let Err(problem) = self.reaches(grant, &acts).await {
            return Err(self.counted(problem, count));
        }
        let name = stream.clone();
        let command = Command { stream, expected, acts, received_at: self.clock.now() };
        let sent = Instant::now();
        let outcome = self.store.append(command).await;
        self.metrics.appended(&outcome, count, sent.elapsed());
        self.queries.appended(kind);
        match outcome {
            Ok(places) => Ok(places.into_iter().map(Receipt::from).collect()),
            Err(error @ AppendError::Refused(Refusal::VersionConflict { .. }))
                if kind == StreamKind::Case =>
            {
                let told = self.queries.has_share(&name, grant).await?;
                let problem = Problem::from(error);
                // Neither whether a stranger's case is there nor how long it is, is for guessing.
                Err(if told { problem } else { problem.without_version().outside() })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Counts acts that did not reach the chronicle.
    pub fn counted(&self, problem: Problem, acts: u64) -> Problem {
        self.metrics.refused(problem.code(), acts);
        problem
    }
}

/// Records one act, or every act of an NDJSON batch on its own.
#[utoipa::path(post, path = "/v1/acts", tag = "acts",
    request_body(description = "One submission (64 KiB), or NDJSON: one submission a line \
        (16 MiB). A submission has `id`, `stream`, `event`, `version`, `occurred_at`, `actor`, \
        `source`, `body`; see `/v1/catalog`. As CloudEvents 1.0: `type` is the event, `subject` \
        the stream, `time` the `occurred_at`, `data` the rest; in binary mode the attributes are \
        headers `ce-…`, percent-encoded, and the body is `data` as application/json. \
        `expected` is `any` (default), `new`, `exists` or the stream's version.",
        content(("application/json"), ("application/x-ndjson"), ("application/cloudevents+json"),
            ("application/cloudevents-batch+json"))),
    responses(
        (status = 201, description = "Recorded.", body = Receipt),
        (status = 200, description = "Recorded before, or a batch: one answer a line, in order, \
            each a receipt or a problem with `line` and `status`."),
        (status = "4XX", description = "Not recorded.", body = super::error::Details,
            content_type = "application/problem+json"),
        (status = 503, description = "Unknown whether recorded; send it again with the same id.",
            body = super::error::Details, content_type = "application/problem+json")))]
pub async fn record(
    request: HttpRequest,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let grant = service.visitor(&request)?;
    let media = input::media_type(&request)?;
    let in_headers = cloudevents::in_headers(request.headers());
    match media.as_str() {
        "application/json" if in_headers => {
            let attributes = Attributes::of_headers(request.headers());
            let attributes = attributes.map_err(|problem| service.counted(problem, 1))?;
            let read = |text: &str| attributes.with_data(text);
            one_act(&request, payload, &service, &grant, (read, cloudevents::in_binary)).await
        }
        "application/json" => {
            let form: Form<_> = (input::act, input::in_place);
            one_act(&request, payload, &service, &grant, form).await
        }
        cloudevents::ONE => {
            let form: Form<_> = (cloudevents::act, cloudevents::in_event);
            one_act(&request, payload, &service, &grant, form).await
        }
        "application/x-ndjson" if !in_headers => {
            batch::lines(&request, payload, service, grant).await
        }
        cloudevents::BATCH => batch::events(&request, payload, service, grant).await,
        other => Err(Problem::media_type(match other {
            "" => format!("no content-type came; {SEND}"),
            other => format!("`{other}` is not read here; {SEND}"),
        })),
    }
}

/// 寫法: how an act is read from what was sent, and what its fields are called there.
pub(super) type Form<R> = (R, fn(&str) -> String);

async fn one_act(
    request: &HttpRequest,
    payload: Payload,
    service: &Service,
    grant: &Grant,
    (read, name): Form<impl FnOnce(&str) -> input::Read>,
) -> Result<HttpResponse, Problem> {
    let counted = |problem| service.counted(problem, 1);
    let body = input::body(request, payload, input::MAX_ACT_BYTES, service.silence)
        .await
        .map_err(counted)?;
    let (act, expected) = input::text(&body).and_then(read).map_err(counted)?;
    let expected = expected.unwrap_or(Expected::Any);
    let receipts = service.append(grant, expected, vec![act]).await;
    let receipts = receipts.map_err(|problem| problem.renamed(name))?;
    let receipt = receipts.into_iter().next();
    let receipt = receipt.ok_or_else(|| Problem::internal("an act was not answered"))?;
    let address = format!("/v1/acts/{}", receipt.position);
    Ok(HttpResponse::build(receipt.status())
        .insert_header((header::LOCATION, address))
        .json(receipt))
}

/// Acts in the order of the chronicle, as the exact envelopes.
#[utoipa::path(get, path = "/v1/acts", tag = "acts", params(Page), responses(
    (status = 200, description = "`acts`, the `next` cursor (send it as `after`), the last \
        position read. With `Accept: application/x-ndjson` the envelopes alone, one a line."),
    (status = "4XX", body = super::error::Details, content_type = "application/problem+json")))]
pub async fn list(
    request: HttpRequest,
    page: Query<Page>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let grant = service.visitor(&request)?;
    service.reach(page.min_position).await?;
    let limit = page.limit()?;
    let acts = service.store.after(input::after(page.after), limit).await?;
    let head = *service.store.head_changes().borrow();
    let last = acts.last().map_or(0, |act| act.position);
    let more = acts.len() == limit as usize;
    streams::answer(&request, &grant, &acts, more.then_some(last), head.max(last))
}

/// One act: its envelope to the byte, whose leaf hash is the entity tag.
#[utoipa::path(get, path = "/v1/acts/{position}", tag = "acts",
    params(("position" = u64, Path, description = "Its position.")),
    responses((status = 200, description = "The envelope."),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json")))]
pub async fn one(
    request: HttpRequest,
    position: web::Path<u64>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let grant = service.visitor(&request)?;
    let found = service.store.by_positions(&[*position]).await?;
    let missing = || Problem::not_found(format!("no act stands at {position}"));
    let act = found.first().ok_or_else(missing)?;
    if !service.shows_act(&grant, act).await? {
        return Err(missing().outside());
    }
    let tag = format!("\"{}\"", hex(&act.leaf));
    if streams::unchanged(&request, &tag) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "private, max-age=31536000, immutable"))
        .content_type("application/json")
        .body(act.envelope.clone()))
}
