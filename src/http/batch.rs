//! 批量: a batch, as NDJSON or CloudEvents: every line an act of its own, answered on its own line,
//! in order. A line that is refused stops no other; acts of one stream are taken in the order of
//! their lines.

use std::collections::HashSet;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use serde::Serialize;
use tongjian_events::StreamId;

use super::acts::{Form, Receipt};
use super::error::{Details, Problem};
use super::input::Read;
use super::{Service, cloudevents, input};
use crate::access::Grant;
use crate::store::Expected;

/// How many lines of one batch may wait for the appender: one commit's worth, so that a batch
/// fills commits and still leaves room in the queue for others.
const MOST_WAITING: usize = 256;

/// The answer to one line.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Answer {
    Taken {
        line: u64,
        status: u16,
        #[serde(flatten)]
        receipt: Receipt,
    },
    Problem(Box<Details>),
}

impl Answer {
    fn of(line: u64, outcome: Result<Receipt, Problem>) -> Self {
        match outcome {
            Ok(receipt) => Self::Taken { line, status: receipt.status().as_u16(), receipt },
            Err(problem) => {
                // Within one line of the batch the problem's own line is always 1.
                let column = problem.details().column.unwrap_or(0);
                Self::Problem(Box::new(problem.at(line, column).into_details()))
            }
        }
    }
}

/// Takes an NDJSON batch.
///
/// # Errors
/// Only what concerns the whole body; lines are answered one by one.
pub async fn lines(
    request: &HttpRequest,
    payload: Payload,
    service: Data<Service>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let body = input::body(request, payload, input::MAX_BATCH_BYTES, service.silence).await?;
    let mut batch = Batch::new(&service, &grant, (input::act, input::in_place));
    let lines = body.split(|byte| *byte == b'\n').zip(1_u64..);
    for (bytes, line) in lines.filter(|(bytes, _)| !bytes.trim_ascii().is_empty()) {
        batch.take(line, bytes).await;
    }
    batch.answer().await
}

/// Takes a batch of CloudEvents; `line` in an answer is the number of the event, from 1.
///
/// # Errors
/// Only what concerns the whole body; events are answered one by one.
pub async fn events(
    request: &HttpRequest,
    payload: Payload,
    service: Data<Service>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let body = input::body(request, payload, input::MAX_BATCH_BYTES, service.silence).await?;
    let events = input::list(input::text(&body)?)?;
    let mut batch = Batch::new(&service, &grant, (cloudevents::act, cloudevents::in_event));
    for (event, number) in events.iter().zip(1_u64..) {
        batch.take(number, event.get().as_bytes()).await;
    }
    batch.answer().await
}

type Waiting<'b> = LocalBoxFuture<'b, (u64, StreamId, Result<Receipt, Problem>)>;

struct Batch<'b> {
    service: &'b Service,
    grant: &'b Grant,
    form: Form<fn(&str) -> Read>,
    answers: Vec<(u64, Answer)>,
    waiting: FuturesUnordered<Waiting<'b>>,
    /// Streams of which a line could not be taken for want of room or of a working store. What
    /// follows in them is not tried: it would be taken before what precedes it.
    halted: HashSet<StreamId>,
}

impl<'b> Batch<'b> {
    fn new(service: &'b Service, grant: &'b Grant, form: Form<fn(&str) -> Read>) -> Self {
        let (answers, waiting, halted) = (Vec::new(), FuturesUnordered::new(), HashSet::new());
        Self { service, grant, form, answers, waiting, halted }
    }

    async fn take(&mut self, line: u64, bytes: &[u8]) {
        let (act, expected) = match read(bytes, self.form.0) {
            Ok((act, expected)) => (act, expected.unwrap_or(Expected::Any)),
            Err(problem) => {
                let problem = self.service.counted(problem, 1);
                return self.answers.push((line, Answer::of(line, Err(problem))));
            }
        };
        while self.waiting.len() >= MOST_WAITING {
            self.settle().await;
        }
        let stream = act.submission().stream.clone();
        if self.halted.contains(&stream) {
            let problem = Problem::not_tried(&stream);
            return self.answers.push((line, Answer::of(line, Err(problem))));
        }
        let (service, grant, name) = (self.service, self.grant, self.form.1);
        let mut append = async move {
            let receipts = service.append(grant, expected, vec![act]).await;
            let receipts = receipts.map_err(|problem| problem.renamed(name));
            let lost = || Problem::internal("an act was not answered");
            let outcome = receipts.and_then(|all| all.into_iter().next().ok_or_else(lost));
            (line, stream, outcome)
        }
        .boxed_local();
        // A command takes its place in the queue when it is first polled: here, in the order of
        // the lines.
        match append.as_mut().now_or_never() {
            Some(settled) => self.settled(settled),
            None => self.waiting.push(append),
        }
    }

    async fn settle(&mut self) {
        if let Some(settled) = self.waiting.next().await {
            self.settled(settled);
        }
    }

    fn settled(&mut self, (line, stream, outcome): (u64, StreamId, Result<Receipt, Problem>)) {
        if outcome.as_ref().is_err_and(Problem::is_passing) {
            self.halted.insert(stream);
        }
        self.answers.push((line, Answer::of(line, outcome)));
    }

    /// Waits for all that is under way and answers every line, in order.
    async fn answer(mut self) -> Result<HttpResponse, Problem> {
        while !self.waiting.is_empty() {
            self.settle().await;
        }
        self.answers.sort_unstable_by_key(|(line, _)| *line);
        let mut out = Vec::new();
        for (_, answer) in &self.answers {
            serde_json::to_writer(&mut out, answer)
                .map_err(|source| Problem::internal(source.to_string()))?;
            out.push(b'\n');
        }
        Ok(HttpResponse::Ok().content_type("application/x-ndjson").body(out))
    }
}

/// Reads one line.
fn read(bytes: &[u8], act: fn(&str) -> Read) -> Read {
    let line = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    if line.len() > input::MAX_ACT_BYTES {
        return Err(Problem::too_large(input::MAX_ACT_BYTES));
    }
    input::text(line).and_then(act)
}
