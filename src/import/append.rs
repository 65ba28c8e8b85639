//! 入庫: a log's acts through the same door as everybody else's. A line that is refused is written
//! with its reason beside the input, and stops nothing.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::mpsc;
use tongjian_events::{Act, Refusal};

use super::{ImportError, Line, Reader, Refused};
use crate::clock::Clock;
use crate::store::{AppendError, Command, Expected, Store, StoreError};

/// How many acts are handed to the chronicle at once; fewer than may wait there.
const AT_ONCE: usize = 512;

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
    /// An act that the mapping itself implies was refused.
    #[error("the mapping's own act was refused: {0}")]
    Preamble(Refusal),
}

/// The file of refused lines; made when the first one comes, removed when none came.
struct Refusals {
    path: PathBuf,
    file: Option<std::io::BufWriter<std::fs::File>>,
    count: u64,
}

impl Refusals {
    fn new(path: &Path) -> Result<Self, AppendLogError> {
        match std::fs::remove_file(path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(AppendLogError::Refusals { path: path.into(), source })
            }
            _ => Ok(Self { path: path.into(), file: None, count: 0 }),
        }
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

    fn finish(mut self) -> Result<u64, AppendLogError> {
        if let Some(file) = &mut self.file {
            file.flush()
                .map_err(|source| AppendLogError::Refusals { path: self.path.clone(), source })?;
        }
        Ok(self.count)
    }
}

/// Appends a log. `preamble` goes first; `refusals` is the file for refused lines.
///
/// Returns the totals and the activities that the mapping names and no record had.
///
/// # Errors
/// [`AppendLogError`]; refused lines are no error.
pub async fn append_log(
    store: &Store,
    clock: &Clock,
    preamble: &[Act],
    reader: Reader,
    refusals: &Path,
) -> Result<(Totals, Vec<String>), AppendLogError> {
    let mut totals = Totals::default();
    let mut refused = Refusals::new(refusals)?;
    for act in preamble {
        match append_one(store, clock, act.clone()).await? {
            Ok(_) => {}
            Err(refusal) => return Err(AppendLogError::Preamble(refusal)),
        }
    }
    let (lines, mut received) = mpsc::channel(2 * AT_ONCE);
    let reading = tokio::task::spawn_blocking(move || read(reader, &lines));
    let mut batch = Vec::with_capacity(AT_ONCE);
    let mut failed = None;
    while received.recv_many(&mut batch, AT_ONCE).await > 0 {
        for line in batch.iter() {
            if let Ok(Line::Refused(line)) = line {
                refused.write(line)?;
            }
        }
        let acts = batch.drain(..).filter_map(|line| match line {
            Ok(Line::Act { line, act }) => Some((line, *act)),
            Ok(Line::Refused(_)) => None,
            Err(error) => {
                failed = Some(error);
                None
            }
        });
        append_batch(store, clock, acts.collect(), &mut totals, &mut refused).await?;
    }
    totals.refused = refused.finish()?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    let unseen = reading.await.map_err(|_| AppendLogError::Reader)?;
    Ok((totals, unseen))
}

/// Reads on a thread of its own until the end, the first error, or nobody listens.
fn read(mut reader: Reader, lines: &mpsc::Sender<Result<Line, ImportError>>) -> Vec<String> {
    for line in reader.by_ref() {
        if lines.blocking_send(line).is_err() {
            break;
        }
    }
    reader.activities_never_seen()
}

/// Appends acts in order. All of them are queued before the first is awaited, so that they share
/// commits; the queue keeps their order.
async fn append_batch(
    store: &Store,
    clock: &Clock,
    acts: Vec<(u64, Act)>,
    totals: &mut Totals,
    refused: &mut Refusals,
) -> Result<(), AppendLogError> {
    let (lines, acts): (Vec<u64>, Vec<Act>) = acts.into_iter().unzip();
    let raws: Vec<String> = acts.iter().map(raw).collect();
    let answers = join_all(acts.into_iter().map(|act| append_one(store, clock, act))).await;
    for ((line, raw), answer) in lines.into_iter().zip(raws).zip(answers) {
        match answer? {
            Ok(true) => totals.repeated += 1,
            Ok(false) => totals.appended += 1,
            Err(refusal) => refused.write(&Refused {
                line,
                field: None,
                reason: refusal.to_string(),
                raw,
                case_id: None,
            })?,
        }
    }
    Ok(())
}

fn raw(act: &Act) -> String {
    serde_json::to_string(act.submission()).unwrap_or_default()
}

/// Appends one act; `Ok(Ok(true))` where it was there already.
async fn append_one(
    store: &Store,
    clock: &Clock,
    act: Act,
) -> Result<Result<bool, Refusal>, StoreError> {
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
