//! 通報內容的存取: a content at a position, from what is at hand by its digest, from the read
//! tables if they stand there, or from the chronicle as it stood. What is at hand is kept beside
//! the read tables and checked by its digest whenever it is read; without it all goes on, slowly.

use std::collections::VecDeque;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::NaiveDate;
use tongjian_events::values::Digest;

use super::asked::Asked;
use super::content::Content;
use super::draft;
use super::json;
use super::letter::{ByDate, Letter};
use super::life::{Bulletin, LifeError, Refused, erratum_content};
use crate::cases;
use crate::past::{self, Past, PastError, Pasts};
use crate::store::{Store, StoreError};

/// How many contents are kept in memory.
const KEPT: usize = 8;

/// Tells how far a past has been made.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// How the chronicle as it stood is made.
#[derive(Clone)]
pub enum Makes<'a> {
    /// Here and now, however long it takes.
    Here(Progress),
    /// By the service, which answers that it is being made where it takes longer.
    Within(&'a Pasts, Duration),
}

impl Makes<'_> {
    /// The chronicle as it stood at a position.
    pub(super) async fn past(&self, store: &Store, position: u64) -> Result<Arc<Past>, LifeError> {
        match self {
            Self::Within(pasts, limit) => Ok(pasts.at(store, position, *limit).await?),
            Self::Here(progress) => Ok(Arc::new(stood_at(store, position, progress).await?)),
        }
    }

    /// Here, telling nobody.
    #[must_use]
    pub fn quietly() -> Self {
        Self::Here(Arc::new(|_, _| {}))
    }
}

impl fmt::Debug for Makes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Here(_) => "Here",
            Self::Within(..) => "Within",
        })
    }
}

/// The contents at hand.
#[derive(Debug, Default)]
pub struct Contents {
    held: Mutex<VecDeque<(Digest, Arc<Content>)>>,
    folder: Option<PathBuf>,
    /// Whether lines are kept as soon as there is a draft.
    goes_on: bool,
    /// Held while the lines of a draft are kept.
    keeping: Arc<tokio::sync::Mutex<()>>,
}

impl Contents {
    /// In memory, and in this folder if one is given.
    #[must_use]
    pub fn new(folder: Option<&Path>) -> Self {
        Self { folder: folder.map(ToOwned::to_owned), ..Self::default() }
    }

    /// Of a process that goes on after a draft: the lines of its figures are kept beside what it
    /// does next, so that it is traced at once.
    #[must_use]
    pub fn that_go_on(self) -> Self {
        Self { goes_on: true, ..self }
    }

    /// The folder, if there is one.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The folder, where lines of a draft are kept in it.
    pub(super) fn folder_of_lines(&self) -> Option<&Path> {
        self.folder().filter(|_| self.goes_on)
    }

    /// Waits until no other draft's lines are being kept.
    pub(super) async fn turn(&self) -> tokio::sync::OwnedMutexGuard<()> {
        Arc::clone(&self.keeping).lock_owned().await
    }

    /// Keeps a content. That it cannot be written beside the read tables is told, no more.
    ///
    /// # Errors
    /// [`LifeError::Unwritable`] when it is no JSON.
    pub fn keep(&self, content: &Arc<Content>) -> Result<(), LifeError> {
        let digest = content.digest()?;
        if let Some(file) = self.file(&digest)
            && let Err(error) = written(&file, json::canonical(content).as_bytes())
        {
            tracing::warn!(file = %file.display(), %error, "a content could not be kept");
        }
        self.remember(&digest, content);
        Ok(())
    }

    /// The content of this digest, if it is at hand and unaltered.
    #[must_use]
    pub fn held(&self, digest: &Digest) -> Option<Arc<Content>> {
        {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, content)) = held.iter().find(|(of, _)| of == digest) {
                return Some(Arc::clone(content));
            }
        }
        let bytes = std::fs::read(self.file(digest)?).ok()?;
        let content: Arc<Content> = serde_json::from_slice(&bytes).ok()?;
        if content.digest().ok()? != *digest {
            return None;
        }
        self.remember(digest, &content);
        Some(content)
    }

    fn remember(&self, digest: &Digest, content: &Arc<Content>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|(of, _)| of != digest);
        held.truncate(KEPT - 1);
        held.push_front((digest.clone(), Arc::clone(content)));
    }

    fn file(&self, digest: &Digest) -> Option<PathBuf> {
        let name = digest.as_str().replace(':', "-");
        let lawful = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let folder = self.folder.as_ref().filter(|_| name.chars().all(lawful))?;
        Some(folder.join(format!("{name}.json")))
    }

    /// A content on record: at hand, or made again and found to be the one on record.
    ///
    /// # Errors
    /// [`LifeError`].
    pub async fn at(
        &self,
        store: &Store,
        asked: &Asked,
        position: u64,
        digest: &Digest,
        makes: &Makes<'_>,
    ) -> Result<Arc<Content>, LifeError> {
        if let Some(content) = self.held(digest) {
            return Ok(content);
        }
        let content = self.made(store, asked, position, makes).await?;
        self.on_record(content, position, digest)
    }

    fn on_record(
        &self,
        content: Arc<Content>,
        position: u64,
        digest: &Digest,
    ) -> Result<Arc<Content>, LifeError> {
        let found = content.digest()?;
        if found != *digest {
            let (named, found) = (digest.to_string(), found.to_string());
            return Err(Refused::ContentDiffers { position, named, found }.into());
        }
        self.keep(&content)?;
        Ok(content)
    }

    /// A content made from the read tables if they stand at the position, or else from the
    /// chronicle as it stood there; then the lines of its figures are kept as well.
    ///
    /// # Errors
    /// [`LifeError`].
    pub async fn made(
        &self,
        store: &Store,
        asked: &Asked,
        position: u64,
        makes: &Makes<'_>,
    ) -> Result<Arc<Content>, LifeError> {
        if store.head().await?.position == position {
            let content = draft::content(store, asked).await?;
            if content.basis.until_position.0 == position {
                return Ok(content);
            }
        }
        let past = makes.past(store, position).await?;
        Ok(draft::content_with_lines(past.store(), asked, self).await?)
    }

    /// The letter of a bulletin at any later time: its content made again at its position, or that
    /// of one of its errata.
    ///
    /// # Errors
    /// [`LifeError`]; [`Refused::NotDrafted`] where there is none.
    pub async fn letter(
        &self,
        store: &Store,
        held: &Bulletin,
        erratum_no: Option<u32>,
        makes: &Makes<'_>,
    ) -> Result<Letter, LifeError> {
        let none = || Refused::NotDrafted { stream: held.stream.to_string() };
        let (asked, drafted) = held.asked().zip(held.drafted.as_ref()).ok_or_else(none)?;
        let content = match erratum_no {
            None => {
                let position = drafted.basis.until_position.0;
                self.at(store, &asked, position, &drafted.digest, makes).await?
            }
            Some(no) => self.of_erratum(store, held, no, makes).await?,
        };
        let on = held.dated_on(erratum_no).ok_or_else(none)?;
        let by_date = by_date(store, on, &content).await?;
        held.letter(content, erratum_no, by_date).ok_or_else(|| none().into())
    }

    async fn of_erratum(
        &self,
        store: &Store,
        held: &Bulletin,
        no: u32,
        makes: &Makes<'_>,
    ) -> Result<Arc<Content>, LifeError> {
        let none = || Refused::NotDrafted { stream: format!("{}, erratum {no}", held.stream) };
        let (asked, erratum) = held.asked().zip(held.erratum(no)).ok_or_else(none)?;
        if let Some(content) = self.held(&erratum.digest) {
            return Ok(content);
        }
        let before = held.basis_before(no).ok_or_else(none)?.until_position.0;
        let position = erratum.basis.until_position.0;
        let then = self.made(store, &asked, before, makes).await?;
        let now = self.made(store, &asked, position, makes).await?;
        let content = Arc::new(erratum_content(&then, &now, held, no));
        self.on_record(content, position, &erratum.digest)
    }
}

/// 主題詞與發文機關: as the policies say that are in force on the date of a letter, as held at the
/// position of its content.
pub(super) async fn by_date(
    store: &Store,
    on: NaiveDate,
    content: &Content,
) -> Result<ByDate, StoreError> {
    let context = cases::context_at(store, content.basis.until_position.0).await?;
    let policies = context.policies();
    let words = policies.bulletins.on(on).map(|rules| &rules.subject_words);
    let words = words.into_iter().flatten().map(|word| word.as_str().into());
    let body = policies.supervising_body(&content.basis.scope, on);
    let issuer = body.map(|body| body.name.to_string()).filter(|name| *name != content.body);
    Ok(ByDate { subject_words: words.collect(), issuer })
}

/// The chronicle as it stood.
async fn stood_at(store: &Store, position: u64, progress: &Progress) -> Result<Past, LifeError> {
    let past = Past::empty(position).await?;
    past.take(store, position).await?;
    past::fold_apart(past.store(), progress).await.map_err(PastError::from)?;
    Ok(past)
}

/// Writes a file whole or not at all.
pub(in crate::bulletin) fn written(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{}.part", uuid::Uuid::now_v7()));
    let part = PathBuf::from(name);
    let put = || {
        let mut to = std::fs::File::create_new(&part)?;
        to.write_all(bytes)?;
        to.sync_all()?;
        std::fs::rename(&part, file)?;
        // So that the name outlives the machine. Where a folder cannot be opened it need not be.
        match file.parent().and_then(|folder| std::fs::File::open(folder).ok()) {
            Some(folder) => folder.sync_all(),
            None => Ok(()),
        }
    };
    put().inspect_err(|_| {
        let _ = std::fs::remove_file(&part);
    })
}
