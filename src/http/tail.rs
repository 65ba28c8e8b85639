//! 實時: a live tail of the chronicle as server-sent events. The reader sets the pace: nothing is
//! read for it before it has taken what was sent. What it may see is asked again at each
//! reading: what was granted when the line was opened may have ended since.

use std::collections::VecDeque;

use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::watch;
use utoipa::IntoParams;

use super::asked::{Query, wrong};
use super::error::Problem;
use super::{Service, input, streams};
use crate::access::Grant;
use crate::metrics::OpenTail;
use crate::store::Stored;

/// How many acts are read at once for a tail.
const READ: u32 = 64;

/// From where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct From {
    /// Acts after this position; from now on where nothing is said.
    after: Option<u64>,
}

/// Every act from a position on, as it is recorded.
#[utoipa::path(get, path = "/v1/tail", tag = "acts",
    params(From, ("Last-Event-ID" = Option<u64>, Header,
        description = "The last position received; goes before `after`.")),
    responses((status = 200, content_type = "text/event-stream",
        description = "Events `act`: `id` is the position, `data` the envelope. Comments show \
            that the line is alive. It ends when what was granted does.")))]
pub async fn tail(
    request: HttpRequest,
    from: Query<From>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let grant = service.visitor(&request)?;
    let head = service.store.head_changes();
    let now = *head.borrow();
    let after = resumed(&request)?.or(from.after).unwrap_or(now);
    let tail = Tail {
        request: request.clone(),
        grant,
        head,
        stopping: service.stopping.clone(),
        _open: service.metrics.tail(),
        service,
        after: input::after(after),
        read: VecDeque::new(),
        greeted: false,
    };
    let events = stream::unfold(tail, |mut tail| async move {
        let next = tail.next().await?;
        Some((next.map_err(actix_web::Error::from), tail))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Named, so that nothing packs the stream and holds events back.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(events))
}

fn resumed(request: &HttpRequest) -> Result<Option<u64>, Problem> {
    let Some(value) = request.headers().get("Last-Event-ID") else { return Ok(None) };
    let position = value.to_str().ok().and_then(|text| text.trim().parse().ok());
    let bad = || wrong("Last-Event-ID", "a position is expected: a whole number from 0");
    position.map(Some).ok_or_else(bad)
}

struct Tail {
    service: Data<Service>,
    request: HttpRequest,
    grant: Grant,
    head: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    after: u64,
    read: VecDeque<Stored>,
    greeted: bool,
    _open: OpenTail,
}

impl Tail {
    /// The next piece; `None` when the service stops, or what was granted has ended.
    async fn next(&mut self) -> Option<Result<Bytes, Problem>> {
        if !std::mem::replace(&mut self.greeted, true) {
            return Some(Ok(Bytes::from_static(b"retry: 2000\n\n")));
        }
        loop {
            if *self.stopping.borrow() {
                return None;
            }
            while let Some(act) = self.read.pop_front() {
                self.after = act.position;
                match streams::sees(&self.grant, &act) {
                    Ok(true) => return Some(Ok(event(&act))),
                    Ok(false) => {}
                    Err(problem) => return Some(Err(problem)),
                }
            }
            self.head.borrow_and_update();
            match self.service.store.after(self.after, READ).await {
                Ok(acts) => self.read.extend(acts),
                Err(failure) => return Some(Err(failure.into())),
            }
            // Read first and asked afterwards: no act is told by what was granted before it.
            match self.service.gate.still_may(&self.request, self.service.clock.now()).await {
                Ok(Some(grant)) => self.grant = grant,
                Ok(None) => return None,
                Err(problem) => return Some(Err(problem)),
            }
            if self.read.is_empty() && !self.wait().await {
                return Some(Ok(Bytes::from_static(b": alive\n\n")));
            }
        }
    }

    /// Waits for something to happen; `false` when nothing did.
    async fn wait(&mut self) -> bool {
        tokio::select! {
            _ = self.head.changed() => true,
            _ = self.stopping.changed() => true,
            () = tokio::time::sleep(self.service.heartbeat) => false,
        }
    }
}

/// One event. An envelope is canonical JSON and holds no line break.
fn event(act: &Stored) -> Bytes {
    let mut out = format!("id: {}\nevent: act\ndata: ", act.position).into_bytes();
    out.extend_from_slice(&act.envelope);
    out.extend_from_slice(b"\n\n");
    out.into()
}
