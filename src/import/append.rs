//! 入庫: a log's acts through the same door as everybody else's. A line that is refused is written
//! with its reason beside the input, and stops nothing. Whatever ends an import early, what was
//! taken until then is counted and stays.

use std::future::Future;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::pin::pin;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all, ready};
use serde_json::json;
use tokio::sync::{mpsc, oneshot};
use tongjian_events::{Act, Refusal};

use super::{ImportError, Line, Reader, Refused};
use crate::clock::Clock;
use crate::store::{AppendError, Command, Expected, Store, StoreError};

/// How many acts are handed to the chronicle at once. While some are committed others are handed
/// over; both together are fewer than may wait there.
const AT_ONCE: usize = 500;
/// How much text of their records is held with them, in bytes.
const TEXT_AT_ONCE: usize = 4 << 20;

/// 合計: what became of a log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Acts that are new in the chronicle.
    pub appended: u64,
    /// Acts that it held already, to the byte.
    pub repeated: u64,
    /// Lines refused.
    pub refused: u64,
}

/// 導入結果: what became of a log, whether it was read to its end or not.
#[derive(Debug, Default)]
pub struct Imported {
    /// What was done.
    pub totals: Totals,
    /// The line of the last record that was dealt with; 0 where there was none.
    pub line: u64,
    /// The activities that the mapping names and no record had; empty where the import broke off.
    pub unseen: Vec<String>,
    /// Why it ended before the log did.
    pub broken_off: Option<AppendLogError>,
}

/// Why an import ended early. What was appended before stays, and the same file can be sent again.
#[derive(Debug, thiserror::Error)]
pub enum AppendLogError {
    /// The log cannot be read on.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The chronicle failed.
    #[error("the chronicle failed")]
    Store(#[from] StoreError),
    /// The file of refused lines cannot be written.
    #[error("cannot write the refused lines to `{}`", path.display())]
    Refusals {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The reading thread ended before the log did; a fault of this code.
    #[error("the log was not read to its end")]
    Reader,
    /// Somebody asked it to stop.
    #[error("it was asked to stop")]
    Stopped,
    /// An act that the mapping itself implies was refused.
    #[error("the mapping's own act was refused: {0}")]
    Preamble(Refusal),
}

/// The file of refused lines; made when the first one comes. One of an earlier import is removed.
struct Refusals {
    path: PathBuf,
    file: Option<std::io::BufWriter<std::fs::File>>,
    count: u64,
}

impl Refusals {
    fn new(path: &Path) -> Result<Self, AppendLogError> {
        // A folder that cannot be written to is no obstacle where nothing stands in it.
        if path.symlink_metadata().is_ok() {
            std::fs::remove_file(path)
                .map_err(|source| AppendLogError::Refusals { path: path.into(), source })?;
        }
        Ok(Self { path: path.into(), file: None, count: 0 })
    }

    fn write(&mut self, refused: &Refused) -> Result<(), AppendLogError> {
        let failed = |source| AppendLogError::Refusals { path: self.path.clone(), source };
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let file = std::fs::File::create(&self.path).map_err(failed)?;
                none.insert(std::io::BufWriter::new(file))
            }
        };
        let Refused { line, field, reason, raw, .. } = refused;
        let text = json!({"line": line, "field": field, "reason": reason, "raw": raw});
        writeln!(file, "{text}").map_err(failed)?;
        self.count += 1;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), AppendLogError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.flush().map_err(|source| AppendLogError::Refusals { path: self.path.clone(), source })
    }
}

/// Appends a log. `preamble` goes first; `refusals` is the file for refused lines; when `stop`
/// is done, what was begun is finished and no more is read.
pub async fn append_log(
    store: &Store,
    clock: &Clock,
    preamble: &[Act],
    reader: Reader,
    refusals: &Path,
    stop: impl Future<Output = ()>,
) -> Imported {
    let mut imported = Imported::default();
    let ended = match Refusals::new(refusals) {
        Ok(refused) => {
            let mut door = Door { store, clock, refused, imported: &mut imported, broken: false };
            door.take(preamble, reader, stop).await
        }
        Err(error) => Err(error),
    };
    match ended {
        Ok(unseen) => imported.unseen = unseen,
        Err(error) => imported.broken_off = Some(error),
    }
    imported
}

/// Where a log's lines go.
struct Door<'a> {
    store: &'a Store,
    clock: &'a Clock,
    refused: Refusals,
    imported: &'a mut Imported,
    /// Something failed; what was handed over before that is still counted.
    broken: bool,
}

impl<'a> Door<'a> {
    /// Takes the whole log; answers the activities that the mapping names and no record had.
    async fn take(
        &mut self,
        preamble: &[Act],
        reader: Reader,
        stop: impl Future<Output = ()>,
    ) -> Result<Vec<String>, AppendLogError> {
        for act in preamble {
            let answer = append(self.store, self.clock, act.clone()).await?;
            answer.map_err(AppendLogError::Preamble)?;
        }
        let (lines, mut received) = mpsc::channel(1);
        let (unseen, seen) = oneshot::channel();
        // A thread of its own, which nobody waits for: a read may never come back.
        std::thread::spawn(move || unseen.send(read(reader, &lines)));
        let mut stop = pin!(stop);
        let mut before: Option<Sent<'a>> = None;
        let ended = loop {
            let batch = tokio::select! {
                biased;
                () = &mut stop => break Err(AppendLogError::Stopped),
                batch = received.recv() => batch,
            };
            let Some(Batch { lines, failed }) = batch else { break Ok(()) };
            let sent = Sent::of(lines, self.store, self.clock);
            if let Some(before) = before.replace(sent)
                && let Err(error) = self.settle(before).await
            {
                break Err(error);
            }
            if let Some(error) = failed {
                break Err(error.into());
            }
        };
        let settled = match before {
            Some(sent) => self.settle(sent).await,
            None => Ok(()),
        };
        ended.and(settled)?;
        seen.await.map_err(|_| AppendLogError::Reader)
    }

    /// Waits for what was sent. Whatever fails, each line is counted as what became of it.
    async fn settle(&mut self, sent: Sent<'_>) -> Result<(), AppendLogError> {
        let answers = sent.answers.await;
        let (mut answers, mut failed) = (answers.into_iter(), None);
        for line in sent.lines {
            let (number, refused) = match line {
                Told::Refused(refused) => (refused.line, Some(refused)),
                Told::Sent { line, raw } => match answers.next() {
                    Some(Ok(Ok(repeated))) => {
                        self.imported.totals.repeated += u64::from(repeated);
                        self.imported.totals.appended += u64::from(!repeated);
                        (line, None)
                    }
                    Some(Ok(Err(refusal))) => (line, Some(refused(line, raw, &refusal))),
                    Some(Err(error)) => {
                        failed.get_or_insert(AppendLogError::Store(error));
                        continue;
                    }
                    None => continue,
                },
            };
            if let Some(Err(error)) = refused.map(|refused| self.refused.write(&refused)) {
                failed.get_or_insert(error);
                continue;
            }
            if failed.is_none() && !self.broken {
                self.imported.line = number;
            }
        }
        self.broken |= failed.is_some();
        self.imported.totals.refused = self.refused.count;
        let flushed = self.refused.flush();
        failed.map_or(flushed, Err)
    }
}

/// Lines that were handed over, and what the chronicle says of their acts.
struct Sent<'a> {
    lines: Vec<Told>,
    answers: BoxFuture<'a, Vec<Answer>>,
}

/// A line that was handed over, or was refused before.
enum Told {
    Sent { line: u64, raw: String },
    Refused(Refused),
}

/// Of one act: `Ok(Ok(true))` where it was there already.
type Answer = Result<Result<bool, Refusal>, StoreError>;

impl<'a> Sent<'a> {
    /// Queues the acts among the lines, all of them before the first is awaited, so that they share
    /// commits; the queue keeps their order.
    fn of(lines: Vec<Line>, store: &'a Store, clock: &'a Clock) -> Self {
        let (mut told, mut acts) = (Vec::with_capacity(lines.len()), Vec::new());
        for line in lines {
            told.push(match line {
                Line::Act { line, act, raw } => {
                    acts.push(append(store, clock, *act));
                    Told::Sent { line, raw }
                }
                Line::Refused(refused) => Told::Refused(refused),
            });
        }
        let mut answers = join_all(acts).boxed();
        // A command takes its place in the queue when it is first polled.
        let answers = match (&mut answers).now_or_never() {
            Some(answers) => ready(answers).boxed(),
            None => answers,
        };
        Self { lines: told, answers }
    }
}

/// Appends one act.
async fn append(store: &Store, clock: &Clock, act: Act) -> Answer {
    loop {
        let command = Command {
            stream: act.submission().stream.clone(),
            expected: Expected::Any,
            acts: vec![act.clone()],
            received_at: clock.now(),
        };
        match store.append(command).await {
            Ok(answers) => return Ok(Ok(answers.iter().all(|answer| answer.repeated))),
            Err(AppendError::Refused(refusal)) => return Ok(Err(refusal)),
            Err(AppendError::Busy) => tokio::task::yield_now().await,
            Err(AppendError::Store(error)) => return Err(error),
        }
    }
}

/// A line that the chronicle refused, with its text as the log writes it.
fn refused(line: u64, raw: String, refusal: &Refusal) -> Refused {
    let field = match refusal {
        Refusal::OccurredAfterReceipt { .. } => Some("occurred_at".to_owned()),
        Refusal::RecordedWithDifferentBody { .. } => Some("id".to_owned()),
        _ => None,
    };
    Refused { line, field, reason: refusal.to_string(), raw, case_id: None }
}

/// Lines that go on together, and why no more follow.
#[derive(Default)]
struct Batch {
    lines: Vec<Line>,
    failed: Option<ImportError>,
}

/// Reads until the end, the first error, or nobody listens.
fn read(mut reader: Reader, batches: &mpsc::Sender<Batch>) -> Vec<String> {
    let (mut batch, mut text) = (Batch::default(), 0);
    for line in reader.by_ref() {
        match line {
            Ok(line) => {
                text += line.raw().len();
                batch.lines.push(line);
            }
            Err(error) => batch.failed = Some(error),
        }
        let full = batch.lines.len() >= AT_ONCE || text >= TEXT_AT_ONCE;
        if full || batch.failed.is_some() {
            text = 0;
            if batches.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Vec::new();
            }
        }
    }
    // Nobody listens any more: then nobody asks for it either.
    let _ = batches.blocking_send(batch);
    reader.activities_never_seen()
}
