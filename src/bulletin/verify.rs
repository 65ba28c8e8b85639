//! 驗證通報: a bulletin's file against a chronicle. The letter in the file says its position; the
//! chronicle as it stood there gives the content again, and that the bytes again. The first figure
//! that differs is named, or else the first byte.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use tongjian_events::StreamId;

use super::asked::Asked;
use super::content::{Content, Figure};
use super::contents::{Contents, Makes, Progress, by_date};
use super::letter::{Letter, Script};
use super::life::{self, Bulletin, LifeError, erratum_content};
use super::render::{Format, RenderError, embedded, render};
use crate::past::{self, Past, PastError};
use crate::restore::{self, RestoreError};
use crate::runner::RunnerError;
use crate::store::{Store, StoreError};

#[cfg(feature = "pdf")]
mod printed;
mod recorded;

use recorded::{Recorded, other_head, recorded};

/// Why a file could not be verified. That it differs is no such thing, see [`Finding`].
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The file cannot be read.
    #[error("the file `{}` cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The end of the file's name tells no format.
    #[error("`{}` ends in no format of a bulletin: {rule}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What there is.
        rule: String,
    },
    /// The file holds no letter, or one that cannot be written again.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The export is cut off, altered, or no export.
    #[error("the export cannot be used")]
    Export(#[from] RestoreError),
    /// The chronicle ends before the figures do.
    #[error("the chronicle ends at position {end}, and the figures follow from acts up to {until}")]
    EndsBefore {
        /// Its end.
        end: u64,
        /// The position of the letter's content.
        until: u64,
    },
    /// The stream that the letter names is none.
    #[error("the letter names no bulletin: {0}")]
    Stream(String),
    /// The chronicle as it stood cannot be made.
    #[error(transparent)]
    Past(#[from] PastError),
    /// Its read tables cannot be made.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// The content cannot be made.
    #[error(transparent)]
    Life(#[from] LifeError),
    /// The chronicle failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The reading of the export was broken off.
    #[error("the export was not read to its end")]
    Stopped,
}

/// 不符: the first thing that differs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// A figure.
    #[error("the figure `{name}` is {file} in the file and {recomputed} by the chronicle")]
    Figure {
        /// Its name.
        name: String,
        /// Its value in the file.
        file: String,
        /// Its value as recomputed.
        recomputed: String,
    },
    /// The content beside its figures.
    #[error("the content differs at {place}: {file} in the file and {recomputed} by the chronicle")]
    Content {
        /// Where in the content.
        place: String,
        /// What the file says.
        file: String,
        /// What the chronicle gives.
        recomputed: String,
    },
    /// The bulletin, its standing, number and date, to whom it goes, the position of what it says.
    #[error("`{field}` is {file} in the file and {recorded} in the chronicle")]
    Head {
        /// Which.
        field: &'static str,
        /// What the file says.
        file: String,
        /// What was recorded.
        recorded: String,
    },
    /// What is printed.
    #[error("{0}")]
    Printed(String),
    /// The bytes.
    #[error(
        "the letter in the file is true, but the file is another from byte {at} on: «{file}» \
         where the letter gives «{recomputed}»"
    )]
    Bytes {
        /// The first byte that differs, from 0.
        at: usize,
        /// What stands there in the file.
        file: String,
        /// What should.
        recomputed: String,
    },
}

/// 證實: what was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The bulletin.
    pub stream: String,
    /// The position that its figures follow from.
    pub position: u64,
    /// How many figures were counted again.
    pub figures: usize,
    /// Whether number, date and recipients were compared too: only a chronicle that goes on to the
    /// issue tells them.
    pub head: bool,
}

/// 依據: the chronicle to verify against.
#[derive(Debug, Clone)]
pub enum Against {
    /// An export that ends with its last line.
    Export(PathBuf),
    /// A chronicle.
    Store(Store),
}

/// Reads a file and its letter.
///
/// # Errors
/// [`VerifyError`].
pub fn read(path: &Path) -> Result<(Vec<u8>, Format, Letter), VerifyError> {
    let (format, bytes) = (format_of(path)?, bytes_of(path)?);
    let letter = embedded(&bytes, format)?;
    Ok((bytes, format, letter))
}

fn format_of(path: &Path) -> Result<Format, VerifyError> {
    let end = path.extension().map(|end| end.to_string_lossy().to_lowercase());
    let format = end.unwrap_or_default().parse::<Format>();
    format.map_err(|rule| VerifyError::Format { path: path.into(), rule })
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, VerifyError> {
    std::fs::read(path).map_err(|source| VerifyError::File { path: path.into(), source })
}

/// Verifies a file: what was proven, or the first thing that differs.
///
/// # Errors
/// [`VerifyError`].
pub async fn verify(
    path: &Path,
    against: &Against,
    progress: &Progress,
) -> Result<Result<Verified, Finding>, VerifyError> {
    #[cfg(feature = "pdf")]
    if format_of(path)? == Format::Pdf {
        return printed::verify(&bytes_of(path)?, against, progress).await;
    }
    let (bytes, format, letter) = read(path)?;
    let stream: StreamId = letter.stream.parse().map_err(VerifyError::Stream)?;
    let until = letter.content.basis.until_position.0;
    let (then, states) = stood(against, &stream, until, progress).await?;
    let held = states.into_iter().last().unwrap_or_else(|| Bulletin::new(stream));
    let content = recomputed(then.store(), &letter, &held, progress).await?;
    let mut recorded = recorded(&letter, content, &held);
    let again = &mut recorded.letter;
    let by_date = by_date(then.store(), again.dated_on, &again.content).await?;
    (again.subject_words, again.issuer) = (by_date.subject_words, by_date.issuer);
    compare(&bytes, format, &letter, recorded)
}

/// The chronicle as it stood at a position, and the bulletin after each act of its stream.
async fn stood(
    against: &Against,
    stream: &StreamId,
    until: u64,
    progress: &Progress,
) -> Result<(Past, Vec<Bulletin>), VerifyError> {
    match against {
        Against::Export(export) => of_export(export, stream, until, progress).await,
        Against::Store(store) => {
            let end = store.head().await?.position;
            if end < until {
                return Err(VerifyError::EndsBefore { end, until });
            }
            let states = life::states(store, stream).await?;
            Ok((past_of(store, until, progress).await?, states))
        }
    }
}

/// The chronicle of an export up to a position, in a folder of its own, with its read tables; and
/// the bulletin after each act that all of the export tells.
async fn of_export(
    export: &Path,
    stream: &StreamId,
    until: u64,
    progress: &Progress,
) -> Result<(Past, Vec<Bulletin>), VerifyError> {
    let export = export.to_owned();
    let surveying = tokio::task::spawn_blocking(move || restore::survey(&export, None, |_| {}));
    let survey = surveying.await.map_err(|_| VerifyError::Stopped)??;
    let end = survey.head().position;
    if end < until {
        return Err(VerifyError::EndsBefore { end, until });
    }
    let then = Past::empty(until).await?;
    let mut later = Vec::new();
    let name = format!("\"stream\":\"{stream}\"");
    restore::restore_until(then.store(), &survey, until, &mut |envelope: &[u8]| {
        if envelope.windows(name.len()).any(|part| part == name.as_bytes()) {
            later.push(envelope.to_vec());
        }
    })
    .await?;
    past::fold_apart(then.store(), progress).await?;
    let mut states = life::states(then.store(), stream).await?;
    let mut held = states.last().cloned().unwrap_or_else(|| Bulletin::new(stream.clone()));
    for envelope in later {
        let damaged = |refusal: tongjian_events::Refusal| StoreError::Damaged {
            position: until,
            finding: refusal.to_string(),
        };
        let act = tongjian_events::Recorded::read(&envelope).map_err(damaged)?;
        if act.submission.stream == *stream {
            held.apply(&act);
            states.push(held.clone());
        }
    }
    Ok((then, states))
}

async fn past_of(store: &Store, until: u64, progress: &Progress) -> Result<Past, VerifyError> {
    let then = Past::empty(until).await?;
    then.take(store, until).await?;
    past::fold_apart(then.store(), progress).await?;
    Ok(then)
}

/// The content that the chronicle gives for what a letter is about.
async fn recomputed(
    then: &Store,
    letter: &Letter,
    held: &Bulletin,
    progress: &Progress,
) -> Result<Arc<Content>, VerifyError> {
    let Content { kind, basis, .. } = &*letter.content;
    let asked = Asked { kind: *kind, period: basis.period, scope: basis.scope.clone() };
    let (contents, makes) = (Contents::default(), Makes::Here(progress.clone()));
    let position = basis.until_position.0;
    let now = contents.made(then, &asked, position, &makes).await?;
    let Some(no) = letter.erratum_no else { return Ok(now) };
    let before = held.basis_before(no).ok_or_else(|| {
        VerifyError::Stream(format!("`{}` has nothing that erratum {no} corrects", held.stream))
    })?;
    let before = contents.made(then, &asked, before.until_position.0, &makes).await?;
    Ok(Arc::new(erratum_content(&before, &now, held, no)))
}

fn compare(
    bytes: &[u8],
    format: Format,
    letter: &Letter,
    recorded: Recorded,
) -> Result<Result<Verified, Finding>, VerifyError> {
    let content = &recorded.letter.content;
    if let Some(finding) = other_figure(&letter.content, content) {
        return Ok(Err(finding));
    }
    if let Some(finding) = other_content(&letter.content, content)? {
        return Ok(Err(finding));
    }
    if let Some(finding) = other_head(letter, &recorded) {
        return Ok(Err(finding));
    }
    let position = content.basis.until_position.0;
    let figures = content.figures.len();
    let mut closest: Option<(usize, Vec<u8>)> = None;
    for script in [Script::Simplified, Script::Traditional] {
        let made = render(&recorded.letter, format, script)?;
        if made == bytes {
            let (stream, head) = (letter.stream.clone(), recorded.head);
            return Ok(Ok(Verified { stream, position, figures, head }));
        }
        let at = made.iter().zip(bytes).take_while(|(one, other)| one == other).count();
        if closest.as_ref().is_none_or(|(far, _)| at > *far) {
            closest = Some((at, made));
        }
    }
    let (at, made) = closest.unwrap_or_default();
    Ok(Err(Finding::Bytes { at, file: around(bytes, at), recomputed: around(&made, at) }))
}

/// A few characters from a byte on.
fn around(bytes: &[u8], at: usize) -> String {
    let from = (0..=at.min(bytes.len()))
        .rev()
        .take(4)
        .find(|from| bytes.get(*from).is_none_or(|byte| byte & 0b1100_0000 != 0b1000_0000));
    let part = bytes.get(from.unwrap_or(at)..).unwrap_or_default();
    let text = String::from_utf8_lossy(part.get(..48).unwrap_or(part)).into_owned();
    if text.is_empty() { "its end".into() } else { text.chars().take(16).collect() }
}

fn other_figure(file: &Content, recomputed: &Content) -> Option<Finding> {
    let all = file.figures.keys().chain(recomputed.figures.keys());
    let names: std::collections::BTreeSet<&String> = all.collect();
    let name = names.into_iter().find(|name| file.figure(name) != recomputed.figure(name))?;
    let (one, other) = (file.figure(name), recomputed.figure(name));
    let said = |figure: Option<&Figure>| figure.map_or_else(|| "absent".into(), Figure::in_words);
    let (mut in_file, mut by_chronicle) = (said(one), said(other));
    if in_file == by_chronicle {
        // The number is the same, what it is said to be the answer to is not.
        let whole = |figure| serde_json::to_string(&figure).unwrap_or_default();
        (in_file, by_chronicle) = (whole(one), whole(other));
    }
    Some(Finding::Figure { name: name.clone(), file: in_file, recomputed: by_chronicle })
}

fn other_content(file: &Content, recomputed: &Content) -> Result<Option<Finding>, RenderError> {
    if file == recomputed {
        return Ok(None);
    }
    let (one, other) = (serde_json::to_value(file)?, serde_json::to_value(recomputed)?);
    let first = crate::policy::differences(&one, &other).into_iter().next();
    let (place, file, recomputed) =
        first.unwrap_or_else(|| ("content".into(), Value::Null, Value::Null));
    let (file, recomputed) = (file.to_string(), recomputed.to_string());
    Ok(Some(Finding::Content { place, file, recomputed }))
}
