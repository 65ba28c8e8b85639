//! 發件箱: what was issued goes to the receivers outside: to a webhook, into a folder. What is to be
//! sent follows from the acts of issue, and what a receiver has is an act too, so that neither a
//! restart nor another replica sends it twice, and nothing is forgotten. Between sending and
//! that act lies the one moment in which a crash leads to a second try: it carries the same
//! idempotency key, the id of the act of issue, and a file that is there is not written again.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Asia::Shanghai;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;
use tokio::sync::watch::Receiver as Asked;
use tongjian_events::bulletin::BulletinHandedOver;
use tongjian_events::values::{Digest, Position};
use uuid::Uuid;

use super::contents::{Contents, Makes};
use super::letter::{Letter, Script};
use super::life::{self, Bulletin, By, Clerk, LifeError};
use super::render::{Format, RenderError, render};
use crate::access::hex;
use crate::clock::Clock;
use crate::engine;
use crate::store::{Command, Expected, Store};

mod folder;
mod post;
mod registered;

pub use folder::file_name;
pub use post::Poster;

/// What the outbox is called among the leases.
const LEASE: &str = "outbox";
/// How long one who sends keeps it after he looked.
const HELD: Duration = Duration::from_secs(60);
/// How often it is looked whether something was issued.
const LOOKS: Duration = Duration::from_secs(2);
/// The longest wait before a receiver that failed is tried again.
const LONGEST: Duration = Duration::from_secs(300);
/// 收件端: where letters go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// A URL that letters are posted to, as JSON.
    Webhook(String),
    /// A folder that they are put into.
    Drop(PathBuf),
}

/// The address of a webhook may hold a secret: it is not shown.
impl fmt::Display for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Webhook(_) => f.write_str("the webhook"),
            Self::Drop(folder) => write!(f, "the folder `{}`", folder.display()),
        }
    }
}

impl Receiver {
    /// By what the chronicle knows it.
    ///
    /// # Errors
    /// None: the digest is a lawful one.
    pub fn digest(&self) -> Result<Digest, LifeError> {
        let mut hash = Sha256::new();
        match self {
            Self::Webhook(url) => {
                hash.update(b"webhook ");
                hash.update(url.as_bytes());
            }
            Self::Drop(folder) => {
                hash.update(b"drop ");
                hash.update(folder.as_os_str().as_encoded_bytes());
            }
        }
        let text = format!("sha-256:{}", hex(&<[u8; 32]>::from(hash.finalize())));
        Digest::new(&text).map_err(LifeError::Unlawful)
    }
}

/// Why a letter did not reach a receiver; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The letter cannot be made.
    #[error(transparent)]
    Life(#[from] LifeError),
    /// The letter cannot be written in a form.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A file cannot be put into the folder.
    #[error("a file cannot be put into the folder")]
    File(#[from] std::io::Error),
    /// The receiver did not take it.
    #[error("the receiver did not take it: {0}")]
    NotTaken(String),
}

/// One letter for one receiver.
struct Due<'b> {
    bulletin: &'b Bulletin,
    erratum_no: Option<u32>,
    position: u64,
    dated_on: NaiveDate,
    act: Uuid,
}

/// How often something failed in a row, and when it is tried again.
#[derive(Debug, Clone, Copy)]
struct Failed {
    times: u32,
    until: Instant,
}

impl Failed {
    /// Once more, and twice as long as before.
    fn again(before: Option<&Self>, first: Duration, longest: Duration) -> (Self, Duration) {
        let times = before.map_or(0, |failed| failed.times);
        let wait = first.saturating_mul(1 << times.min(20)).min(longest);
        (Self { times: times + 1, until: Instant::now() + wait }, wait)
    }

    fn waits(failed: Option<&Self>) -> bool {
        failed.is_some_and(|failed| Instant::now() < failed.until)
    }
}

/// 發件箱.
#[derive(Debug)]
pub struct Outbox {
    store: Store,
    contents: Arc<Contents>,
    clock: Clock,
    receivers: Vec<Receiver>,
    /// The first date of a letter for receivers that are new; what is issued from now on, where
    /// none is said.
    from_on: Option<NaiveDate>,
    poster: Poster,
    /// The receivers that failed.
    failed: HashMap<usize, Failed>,
    /// The acts whose letters cannot be made.
    unmade: HashMap<Uuid, Failed>,
    /// What which receiver has taken that is not down yet: the act's position.
    taken: BTreeSet<(usize, u64)>,
    /// How long after the first failure; doubled with each that follows.
    first_wait: Duration,
    /// Held from when a letter goes out until that it did is down.
    under_way: Arc<Mutex<()>>,
}

impl Outbox {
    /// The outbox of a chronicle, its receivers, and the first date of a letter for those of them
    /// that are new.
    ///
    /// # Errors
    /// When the machine's certificates cannot be read.
    pub fn new(
        store: Store,
        contents: Arc<Contents>,
        clock: Clock,
        (receivers, from_on): (Vec<Receiver>, Option<NaiveDate>),
        first_wait: Duration,
    ) -> Result<Self, SendError> {
        let poster = Poster::new()?;
        Ok(Self {
            store,
            contents,
            clock,
            receivers,
            from_on,
            poster,
            failed: HashMap::new(),
            unmade: HashMap::new(),
            taken: BTreeSet::new(),
            first_wait,
            under_way: Arc::default(),
        })
    }

    /// Sends what is issued, until it is asked to stop. Of several replicas one sends.
    pub async fn keep(mut self, mut asked: Asked<bool>) {
        let mut looked = None;
        let under_way = Arc::clone(&self.under_way);
        let between = LOOKS.min(self.first_wait);
        while !*asked.borrow_and_update() {
            let one = async {
                let head = self.store.head().await?.position;
                let mine = self.store.take_lease(LEASE, HELD).await?;
                looked = looked.filter(|_| mine);
                let failed = !self.failed.is_empty() || !self.unmade.is_empty();
                if mine && (looked != Some(head) || failed) {
                    self.send().await?;
                    looked = Some(head);
                }
                Ok::<_, LifeError>(())
            };
            tokio::pin!(one);
            tokio::select! {
                sent = &mut one => if let Err(error) = sent {
                    tracing::warn!(error = format!("{error:#}"), "the outbox failed");
                },
                _ = asked.changed() => {
                    // What is on its way is put down as sent before one goes.
                    tokio::select! {
                        _ = &mut one => {}
                        _ = under_way.lock() => {}
                    }
                    break;
                }
            }
            tokio::select! {
                () = tokio::time::sleep(between) => {}
                _ = asked.changed() => break,
            }
        }
        self.store.give_lease_back(LEASE).await;
    }

    /// Sends once what receivers do not have that may be tried now; answers how many letters were
    /// taken.
    ///
    /// # Errors
    /// [`LifeError`] when the chronicle fails, or another process sends; that a receiver fails, or
    /// that a letter cannot be made, is told and tried again.
    pub async fn send(&mut self) -> Result<u64, LifeError> {
        let bulletins = life::all(&self.store).await?;
        let mut sent = 0;
        for index in 0..self.receivers.len() {
            if Failed::waits(self.failed.get(&index)) {
                continue;
            }
            match self.send_to(index, &bulletins).await {
                Ok(taken) => {
                    self.failed.remove(&index);
                    sent += taken;
                }
                Err(SendError::Life(error)) => return Err(error),
                Err(error) => {
                    let before = self.failed.get(&index);
                    let (failed, wait) = Failed::again(before, self.first_wait, LONGEST);
                    self.failed.insert(index, failed);
                    let receiver = self.receivers.get(index).map(ToString::to_string);
                    let error = format!("{error:#}");
                    tracing::warn!(receiver, error, ?wait, "a letter was not taken");
                }
            }
        }
        Ok(sent)
    }

    async fn send_to(&mut self, index: usize, bulletins: &[Bulletin]) -> Result<u64, SendError> {
        let Some(receiver) = self.receivers.get(index).cloned() else { return Ok(0) };
        let digest = receiver.digest()?;
        let mut due: Vec<Due<'_>> = bulletins.iter().flat_map(letters).collect();
        let at = (&self.store, self.clock.now());
        let since = registered::since(at, &digest, self.from_on, bulletins).await?;
        due.retain(|due| since.wants(due));
        due.retain(|due| !due.bulletin.handed_over.contains(&(digest.clone(), due.position)));
        due.retain(|due| !Failed::waits(self.unmade.get(&due.act)));
        due.sort_by_key(|due| due.position);
        let mut sent = 0;
        for due in due {
            let Some((letter, body)) = self.made(&due).await? else { continue };
            if self.has_meanwhile(&due, &digest).await? {
                continue;
            }
            let (under_way, letter_of) = (Arc::clone(&self.under_way), (index, due.position));
            let _under_way = under_way.lock().await;
            match &receiver {
                // Taken, and the chronicle did not take that it was.
                _ if self.taken.contains(&letter_of) => {}
                Receiver::Webhook(url) => self.poster.post(url, due.act, body).await?,
                Receiver::Drop(folder) => folder::put(folder, &letter)?,
            }
            self.taken.insert(letter_of);
            self.remember(&due, digest.clone()).await?;
            self.taken.remove(&letter_of);
            sent += 1;
        }
        Ok(sent)
    }

    /// A letter, and as JSON. One that cannot be made keeps no other from going out: `None`, and it
    /// is told and tried again.
    async fn made(&mut self, due: &Due<'_>) -> Result<Option<(Letter, Vec<u8>)>, LifeError> {
        let makes = Makes::quietly();
        let letter = self.contents.letter(&self.store, due.bulletin, due.erratum_no, &makes);
        let made = letter.await.and_then(|letter| {
            let body = render(&letter, Format::Json, Script::default());
            body.map(|body| (letter, body)).map_err(|error| LifeError::Unlawful(error.to_string()))
        });
        match made {
            Ok(made) => {
                self.unmade.remove(&due.act);
                Ok(Some(made))
            }
            Err(error) if error.is_of_chronicle() => Err(error),
            Err(error) => {
                // To make it may take as long as a rebuild.
                let (first, before) = (self.first_wait * 60, self.unmade.get(&due.act));
                let (failed, wait) = Failed::again(before, first, LONGEST * 12);
                self.unmade.insert(due.act, failed);
                let (bulletin, error) = (due.bulletin.stream.as_str(), format!("{error:#}"));
                tracing::warn!(bulletin, error, ?wait, "a letter cannot be made");
                Ok(None)
            }
        }
    }

    /// Whether the receiver has it by now: another may have sent while a letter was made or a
    /// receiver was slow. Holds the lease for as long as a receiver may take.
    async fn has_meanwhile(&self, due: &Due<'_>, receiver: &Digest) -> Result<bool, LifeError> {
        if !self.store.take_lease(LEASE, HELD).await? {
            return Err(LifeError::Busy);
        }
        let held = life::load(&self.store, &due.bulletin.stream).await?;
        Ok(held.handed_over.contains(&(receiver.clone(), due.position)))
    }

    /// Appends that the receiver has it. The id follows from receiver and letter.
    async fn remember(&self, due: &Due<'_>, receiver: Digest) -> Result<(), LifeError> {
        let Some(issued) = &due.bulletin.issued else { return Ok(()) };
        let Some(drafted) = &due.bulletin.drafted else { return Ok(()) };
        let midnight = issued.on.and_time(NaiveTime::MIN).and_utc().with_timezone(&Shanghai);
        let position = due.position.to_be_bytes();
        let name = due.bulletin.stream.as_str().as_bytes();
        let parts: [&[u8]; 4] =
            [b"tongjian handed over 1", name, receiver.as_str().as_bytes(), &position];
        let id = engine::id(&midnight.fixed_offset(), &parts).ok_or_else(life::before_1970)?;
        let event = BulletinHandedOver { receiver, letter_of: Position(due.position) }.into();
        let clerk = Clerk {
            store: &self.store,
            contents: &self.contents,
            makes: Makes::quietly(),
            by: By::engine()?,
            now: self.clock.now(),
        };
        let act = clerk.checked(due.bulletin, &drafted.basis.scope, id, &event)?;
        let stream = due.bulletin.stream.clone();
        let (expected, acts) = (Expected::Exists, vec![act]);
        let command = Command { stream, expected, acts, received_at: clerk.now };
        match self.store.append(command).await.map_err(LifeError::from) {
            Ok(_) => Ok(()),
            // Another had it down already.
            Err(error) if error.is_conflict() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The letters that were issued of a bulletin.
fn letters(bulletin: &Bulletin) -> Vec<Due<'_>> {
    let Some(issued) = &bulletin.issued else { return Vec::new() };
    let itself = Due {
        bulletin,
        erratum_no: None,
        position: issued.position,
        dated_on: issued.on,
        act: issued.act,
    };
    let errata = bulletin.errata.iter().map(|erratum| Due {
        bulletin,
        erratum_no: Some(erratum.no),
        position: erratum.position,
        dated_on: erratum.on,
        act: erratum.act,
    });
    [itself].into_iter().chain(errata).collect()
}
