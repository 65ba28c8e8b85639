//! 密庫: the personal details of applicants: sealed into the chronicle, opened for whoever may and
//! says why, destroyed on order. A detail in clear exists in this process only, on its way in or
//! out.

use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;
use tongjian_events::applicant::{
    DetailField, DetailFields, DetailsDestroyed, DetailsDisclosed, DetailsSealed,
};
use tongjian_events::values::{ApplicantRef, Code, DocumentNo, Text};
use tongjian_events::{
    Act, ActorKind, Event, Refusal, SiteCode, Source, StreamId, StreamKind, Submission,
};
use uuid::Uuid;

use crate::engine;
use crate::store::{Appended, Command, Expected, Store, WrappedKey};

mod by;
mod cipher;
mod details;
mod error;
mod held;
mod master;
mod rewrap;

pub use by::By;
pub use details::{Details, Fault};
pub use error::VaultError;
pub use held::{Destroyed, Held, SealedAt};
pub use master::{MasterKey, MasterKeyError};
pub use rewrap::Rewrapped;

/// The event of which a stream that holds it has no key any more.
const DESTROYED: &str = "applicant.DetailsDestroyed";
/// How often a step is tried when others are faster.
const TRIES: u32 = 16;

/// 密庫: the chronicle, and the master key where one was given.
#[derive(Debug, Clone)]
pub struct Vault {
    store: Store,
    master: Option<MasterKey>,
}

/// 查閱: what was opened, and the act that says so.
#[derive(Debug)]
pub struct Disclosed {
    /// The details that were asked for.
    pub details: Details,
    /// Where the act stands.
    pub at: Appended,
}

/// The stream of an applicant.
///
/// # Errors
/// None: a reference is a lawful name of a stream, but for the length of its bytes.
pub fn stream(applicant: &ApplicantRef) -> Result<StreamId, VaultError> {
    StreamId::new(StreamKind::Applicant, applicant.as_str()).map_err(VaultError::Unlawful)
}

impl Vault {
    /// The vault of a chronicle. Without a master key nothing is sealed or opened in it; what it
    /// holds can still be destroyed.
    #[must_use]
    pub fn new(store: Store, master: Option<MasterKey>) -> Self {
        Self { store, master }
    }

    /// 密封: seals details, in the place of what was sealed before; in that of what another site
    /// sealed only where the grant reaches that too: who knows a reference has no say by that.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn seal(
        &self,
        applicant: &ApplicantRef,
        site: &SiteCode,
        details: &Details,
        by: &By,
        now: DateTime<Utc>,
    ) -> Result<Appended, VaultError> {
        by.may_seal(site)?;
        let master = self.master()?;
        for _ in 0..TRIES {
            let held = self.held(applicant).await?;
            held.is_within_reach(by)?;
            held.not_destroyed()?;
            let key = self.key_for_sealing(master, applicant).await?;
            let event = DetailsSealed {
                sealed: cipher::seal(&key.clear, applicant, &key.number, details)?,
                key: Code::new(&key.number).map_err(VaultError::Unlawful)?,
                fields: details.fields()?,
            };
            match self.append(&held, site, event.into(), (by, ActorKind::Staff), now).await {
                Err(error) if error.is_conflict() => {}
                outcome => return outcome,
            }
        }
        Err(VaultError::Busy)
    }

    /// 查閱: opens details, all of them or those that are named. The act that says who asked and
    /// why is durable before they are answered.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn disclose(
        &self,
        applicant: &ApplicantRef,
        wanted: &[DetailField],
        reason: &Text,
        by: &By,
        now: DateTime<Utc>,
    ) -> Result<Disclosed, VaultError> {
        by.may_disclose()?;
        let master = self.master()?;
        for _ in 0..TRIES {
            let held = self.held(applicant).await?;
            let sealed = held.open_to(by)?;
            let fields = asked(&sealed.fields, wanted)?;
            let key = self.key_of(master, applicant, &sealed.key).await?;
            let mut details = cipher::open(&key.clear, applicant, &key.number, &sealed.sealed)?;
            details.keep(fields.as_slice());
            let (by_id, reason) = (by.id().clone(), reason.clone());
            let event = DetailsDisclosed { by: by_id, reason, fields }.into();
            let who = (by, ActorKind::Inspector);
            match self.append(&held, &sealed.site, event, who, now).await {
                Err(error) if error.is_conflict() => {}
                outcome => return Ok(Disclosed { details, at: outcome? }),
            }
        }
        Err(VaultError::Busy)
    }

    /// 銷毀: records the order, then destroys the key. Where the process ended between the two,
    /// [`Vault::finish`] does the rest.
    ///
    /// # Errors
    /// [`VaultError`]; that they were destroyed already is one.
    pub async fn destroy(
        &self,
        applicant: &ApplicantRef,
        order: &DocumentNo,
        reason: &Text,
        by: &By,
        now: DateTime<Utc>,
    ) -> Result<Appended, VaultError> {
        by.may_destroy()?;
        for _ in 0..TRIES {
            let held = self.held(applicant).await?;
            if held.destroyed.is_some() {
                self.store.destroy_applicant_key(applicant.as_str()).await?;
            }
            let site = held.open_to(by)?.site.clone();
            let event = DetailsDestroyed { order: order.clone(), reason: reason.clone() }.into();
            match self.append(&held, &site, event, (by, ActorKind::Inspector), now).await {
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
                Ok(at) => {
                    self.store.destroy_applicant_key(applicant.as_str()).await?;
                    return Ok(at);
                }
            }
        }
        Err(VaultError::Busy)
    }

    /// Destroys the keys whose destruction is on record and was not come to, or that came back with
    /// a backup of the database. Answers how many there were.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn finish(&self) -> Result<u64, VaultError> {
        let mut done = 0;
        for applicant in self.store.keys_left_over(DESTROYED).await? {
            done += u64::from(self.store.destroy_applicant_key(&applicant).await?);
        }
        Ok(done)
    }

    /// What the chronicle holds of an applicant's details.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn held(&self, applicant: &ApplicantRef) -> Result<Held, VaultError> {
        Held::load(&self.store, stream(applicant)?).await
    }

    fn master(&self) -> Result<&MasterKey, VaultError> {
        self.master.as_ref().ok_or(VaultError::NoMasterKey)
    }

    /// The key of an applicant, made where there is none.
    async fn key_for_sealing(
        &self,
        master: &MasterKey,
        applicant: &ApplicantRef,
    ) -> Result<cipher::SubjectKey, VaultError> {
        if let Some(there) = self.store.applicant_key(applicant.as_str()).await? {
            return cipher::unwrap(master, &there);
        }
        let made = cipher::SubjectKey::draw()?;
        let wrapped = cipher::wrap(master, applicant.as_str(), &made)?;
        let kept = self.store.keep_applicant_key(&wrapped).await?;
        cipher::unwrap(master, &kept.ok_or_else(|| missing(&made.number))?)
    }

    /// The key of this number.
    async fn key_of(
        &self,
        master: &MasterKey,
        applicant: &ApplicantRef,
        number: &Code,
    ) -> Result<cipher::SubjectKey, VaultError> {
        let there = self.store.applicant_key(applicant.as_str()).await?;
        let same = |key: &WrappedKey| key.key == number.as_str();
        let there = there.filter(same).ok_or_else(|| missing(number.as_str()))?;
        cipher::unwrap(master, &there)
    }

    /// Appends to a stream that stands where it was looked at.
    async fn append(
        &self,
        held: &Held,
        site: &SiteCode,
        event: Event,
        (by, kind): (&By, ActorKind),
        now: DateTime<Utc>,
    ) -> Result<Appended, VaultError> {
        let at = now.with_timezone(&Shanghai).fixed_offset();
        let act = Act::check(Submission {
            id: id_of(held, &event, now)?,
            stream: held.stream.clone(),
            event: event.wire_name().into(),
            version: event.version(),
            occurred_at: at,
            actor: by.actor(kind),
            source: Source {
                site: site.clone(),
                window: None,
                device: None,
                system: None,
                entry: by.entry(),
            },
            evidence: Vec::new(),
            causation: None,
            correlation: None,
            body: serde_json::value::RawValue::from_string(event.to_json()?)?,
        })?;
        let expected = match held.version {
            0 => Expected::New,
            version => Expected::Exact(version),
        };
        let stream = held.stream.clone();
        let command = Command { stream, expected, acts: vec![act], received_at: now };
        let places = self.store.append(command).await?;
        places.into_iter().next().ok_or(VaultError::Busy)
    }
}

/// An id that follows from the place in the stream and from the time.
fn id_of(held: &Held, event: &Event, now: DateTime<Utc>) -> Result<Uuid, VaultError> {
    let at = now.with_timezone(&Shanghai).fixed_offset();
    let (name, version) = (held.stream.as_str(), held.version.to_be_bytes());
    let parts: [&[u8]; 4] =
        [b"tongjian vault 1", name.as_bytes(), event.wire_name().as_bytes(), &version];
    let rule = || Refusal::Malformed { rule: "nothing is done before 1970".into() };
    Ok(engine::id(&at, &parts).ok_or_else(rule)?)
}

fn missing(key: &str) -> VaultError {
    VaultError::KeyMissing { key: key.into() }
}

/// Of what is sealed, all or what is wanted; one that is not sealed is no answer.
fn asked(sealed: &DetailFields, wanted: &[DetailField]) -> Result<DetailFields, VaultError> {
    if wanted.is_empty() {
        return Ok(sealed.clone());
    }
    if let Some(field) = wanted.iter().find(|field| !sealed.as_slice().contains(field)) {
        return Err(VaultError::NotAmong { field: *field });
    }
    let fields = sealed.as_slice().iter().copied().filter(|field| wanted.contains(field));
    DetailFields::new(fields.collect()).map_err(VaultError::Unlawful)
}
