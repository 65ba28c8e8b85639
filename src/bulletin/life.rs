//! 通報辦理: what is done with a bulletin, from draft to erratum. Each step looks at the acts of
//! its stream, is refused by the name of a rule or becomes an act, and is appended only if the
//! stream stands where it was looked at. So nothing is done twice, whoever does it at once.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;
use tongjian_events::bulletin::{
    BulletinDelivered, BulletinRead, BulletinReviewed, BulletinSigned, BulletinVerdict,
};
use tongjian_events::values::{Digest, Text, UnitCode};
use tongjian_events::{Act, Event, Refusal, SiteCode, Source, StreamId, Submission};
use uuid::Uuid;

use super::contents::{Contents, Makes};
use crate::engine;
use crate::store::{Appended, Command, Expected, Store};

mod by;
mod corrected;
mod drafting;
mod errata;
mod held;
mod issue;
mod refused;
mod state;

pub use by::By;
pub use errata::{erratum_content, position_of};
pub use held::{all, load, page, states};
pub use issue::Wanted;
pub use refused::{LifeError, Refused};
pub use state::{Bulletin, Drafted, Erratum, Issued, Reviewed};

/// How often a step is tried when others are faster.
const TRIES: u32 = 16;

/// Who does it, with which chronicle, when.
#[derive(Debug)]
pub struct Clerk<'a> {
    /// The chronicle.
    pub store: &'a Store,
    /// The contents that are at hand.
    pub contents: &'a Contents,
    /// How the chronicle as it stood is made.
    pub makes: Makes<'a>,
    /// Who.
    pub by: By,
    /// When.
    pub now: DateTime<Utc>,
}

impl Clerk<'_> {
    /// Today, in Shanghai.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&Shanghai).date_naive()
    }

    /// 審核: approves the draft, or sends it back with remarks.
    ///
    /// # Errors
    /// [`LifeError`].
    pub async fn review(
        &self,
        stream: &StreamId,
        verdict: BulletinVerdict,
        remarks: Option<Text>,
        digest: Option<&Digest>,
    ) -> Result<Bulletin, LifeError> {
        self.step(stream, |held| {
            not_issued(held)?;
            let drafted = draft_of(held, digest)?;
            let by = &self.by.actor.id;
            if drafted.is_by(by) {
                return Err(Refused::OwnDraft { by: by.to_string() }.into());
            }
            if let Some(said) = held.reviewed.as_ref().filter(|said| said.verdict == verdict) {
                return Err(Refused::AlreadyReviewed { by: said.by.to_string() }.into());
            }
            let content_digest = drafted.digest.clone();
            Ok(BulletinReviewed { verdict, content_digest, remarks: remarks.clone() }.into())
        })
        .await
    }

    /// 簽發: signs the draft that a review approved.
    ///
    /// # Errors
    /// [`LifeError`].
    pub async fn sign(
        &self,
        stream: &StreamId,
        digest: Option<&Digest>,
    ) -> Result<Bulletin, LifeError> {
        self.step(stream, |held| {
            not_issued(held)?;
            let content_digest = approved(held, digest)?.digest.clone();
            if let Some(by) = &held.signed {
                return Err(Refused::AlreadySigned { by: by.to_string() }.into());
            }
            let signer = self.by.actor.id.clone();
            if held.reviewed.as_ref().is_some_and(|said| said.by == signer) {
                return Err(Refused::OwnReview { by: signer.to_string() }.into());
            }
            Ok(BulletinSigned { signer, content_digest }.into())
        })
        .await
    }

    /// 送達: a unit got it.
    ///
    /// # Errors
    /// [`LifeError`].
    pub async fn deliver(&self, stream: &StreamId, unit: UnitCode) -> Result<Bulletin, LifeError> {
        self.step(stream, |held| {
            let issued = issued(held)?;
            if !issued.recipients.iter().chain(&issued.copies_to).any(|to| *to == unit) {
                return Err(Refused::NotAddressed { unit: unit.to_string() }.into());
            }
            if held.delivered.contains_key(&unit) {
                return Err(Refused::AlreadyDelivered { unit: unit.to_string() }.into());
            }
            Ok(BulletinDelivered { unit: unit.clone() }.into())
        })
        .await
    }

    /// 閱讀: a unit that got it opened it.
    ///
    /// # Errors
    /// [`LifeError`].
    pub async fn read(&self, stream: &StreamId, unit: UnitCode) -> Result<Bulletin, LifeError> {
        self.step(stream, |held| {
            issued(held)?;
            if !held.delivered.contains_key(&unit) {
                return Err(Refused::NotDelivered { unit: unit.to_string() }.into());
            }
            if held.read.contains_key(&unit) {
                return Err(Refused::AlreadyRead { unit: unit.to_string() }.into());
            }
            Ok(BulletinRead { unit: unit.clone() }.into())
        })
        .await
    }

    /// The bulletin as it stands, for one who may do something with it.
    async fn open(&self, stream: &StreamId) -> Result<Bulletin, LifeError> {
        let held = load(self.store, stream).await?;
        let scope = &draft_of(&held, None)?.basis.scope;
        if !self.by.covers(scope) {
            return Err(LifeError::Outside(Refused::NotDrafted { stream: stream.to_string() }));
        }
        self.by.may(scope)?;
        Ok(held)
    }

    /// One step that follows from the stream alone.
    async fn step(
        &self,
        stream: &StreamId,
        decide: impl Fn(&Bulletin) -> Result<Event, LifeError>,
    ) -> Result<Bulletin, LifeError> {
        for _ in 0..TRIES {
            let held = self.open(stream).await?;
            let event = decide(&held)?;
            let drafted = draft_of(&held, None)?;
            let act = self.act_of(&held, event)?;
            match self.append(&held, &drafted.basis.scope, vec![act]).await {
                Ok(_) => return Ok(load(self.store, stream).await?),
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
            }
        }
        Err(LifeError::Busy)
    }

    /// An event with an id that follows from its place in the stream and from the time.
    fn act_of(&self, held: &Bulletin, event: Event) -> Result<(Uuid, Event), LifeError> {
        let now = self.now.with_timezone(&Shanghai).fixed_offset();
        let (name, version) = (held.stream.as_str(), held.version.to_be_bytes());
        let parts: [&[u8]; 4] =
            [b"tongjian bulletin 1", name.as_bytes(), event.wire_name().as_bytes(), &version];
        let id = engine::id(&now, &parts).ok_or_else(before_1970)?;
        Ok((id, event))
    }

    /// Appends to a stream that stands where it was looked at.
    async fn append(
        &self,
        held: &Bulletin,
        scope: &SiteCode,
        events: Vec<(Uuid, Event)>,
    ) -> Result<Vec<Appended>, LifeError> {
        let acts: Result<Vec<Act>, LifeError> =
            events.into_iter().map(|(id, event)| self.checked(held, scope, id, &event)).collect();
        let expected = match held.version {
            0 => Expected::New,
            version => Expected::Exact(version),
        };
        let stream = held.stream.clone();
        let command = Command { stream, expected, acts: acts?, received_at: self.now };
        Ok(self.store.append(command).await?)
    }

    pub(super) fn checked(
        &self,
        held: &Bulletin,
        scope: &SiteCode,
        id: Uuid,
        event: &Event,
    ) -> Result<Act, LifeError> {
        let act = Act::check(Submission {
            id,
            stream: held.stream.clone(),
            event: event.wire_name().into(),
            version: event.version(),
            occurred_at: self.now.with_timezone(&Shanghai).fixed_offset(),
            actor: self.by.actor.clone(),
            source: Source {
                site: scope.clone(),
                window: None,
                device: None,
                system: None,
                entry: self.by.entry,
            },
            evidence: Vec::new(),
            causation: None,
            correlation: None,
            body: serde_json::value::RawValue::from_string(event.to_json()?)?,
        })?;
        if let Some(grant) = &self.by.grant {
            grant.allows(act.submission())?;
        }
        Ok(act)
    }
}

pub(super) fn before_1970() -> LifeError {
    Refusal::Malformed { rule: "nothing is done before 1970".into() }.into()
}

fn not_issued(held: &Bulletin) -> Result<(), Refused> {
    let Some(issued) = &held.issued else { return Ok(()) };
    let number = held.number.as_ref().map(ToString::to_string).unwrap_or_default();
    Err(Refused::AlreadyIssued { number, on: issued.on })
}

/// The issue of a bulletin that there is.
fn issued(held: &Bulletin) -> Result<&Issued, Refused> {
    draft_of(held, None)?;
    held.issued.as_ref().ok_or(Refused::NotIssued)
}

/// The draft that stands, and that was named if one was.
fn draft_of<'b>(held: &'b Bulletin, named: Option<&Digest>) -> Result<&'b Drafted, Refused> {
    let stream = || held.stream.to_string();
    let drafted = held.drafted.as_ref().ok_or_else(|| Refused::NotDrafted { stream: stream() })?;
    match named.filter(|named| **named != drafted.digest) {
        None => Ok(drafted),
        Some(named) => {
            let (held, named) = (drafted.digest.to_string(), named.to_string());
            Err(Refused::AnotherDraft { held, named })
        }
    }
}

/// The same, and a review approved it.
fn approved<'b>(held: &'b Bulletin, named: Option<&Digest>) -> Result<&'b Drafted, Refused> {
    let drafted = draft_of(held, named)?;
    match &held.reviewed {
        Some(said) if said.verdict == BulletinVerdict::Approved => Ok(drafted),
        _ => Err(Refused::NotApproved { digest: drafted.digest.to_string() }),
    }
}
