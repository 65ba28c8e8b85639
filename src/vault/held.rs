//! What the chronicle holds of an applicant's details, folded from the applicant's stream.

use chrono::NaiveDate;
use chrono_tz::Asia::Shanghai;
use tongjian_events::applicant::{DetailFields, Sealed};
use tongjian_events::values::{Code, DocumentNo};
use tongjian_events::{Event, Recorded, SiteCode, StreamId};

use super::{By, VaultError};
use crate::store::Store;

const PAGE: u32 = 500;

/// 密封: what is sealed now.
#[derive(Debug, Clone)]
pub struct SealedAt {
    /// The ciphertext.
    pub sealed: Sealed,
    /// The number of the key.
    pub key: Code,
    /// Which details are within.
    pub fields: DetailFields,
    /// The site at which they came in.
    pub site: SiteCode,
}

/// 銷毀: by which order, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// The order.
    pub order: DocumentNo,
    /// The day, in Shanghai.
    pub on: NaiveDate,
}

/// An applicant's details as they stand.
#[derive(Debug, Clone)]
pub struct Held {
    /// The stream.
    pub stream: StreamId,
    /// How many acts it holds.
    pub version: u64,
    /// What is sealed.
    pub sealed: Option<SealedAt>,
    /// How often they were opened.
    pub disclosures: u64,
    /// The destruction, from which on nothing opens.
    pub destroyed: Option<Destroyed>,
}

impl Held {
    pub(super) async fn load(store: &Store, stream: StreamId) -> Result<Self, VaultError> {
        let mut held = Self { stream, version: 0, sealed: None, disclosures: 0, destroyed: None };
        loop {
            let acts = store.stream(&held.stream, held.version, PAGE).await?;
            for act in &acts {
                held.apply(&act.read()?);
            }
            if acts.len() < PAGE as usize {
                return Ok(held);
            }
        }
    }

    fn apply(&mut self, act: &Recorded) {
        self.version = act.place.stream_version;
        match &act.event {
            Event::DetailsSealed(body) => {
                self.sealed = Some(SealedAt {
                    sealed: body.sealed.clone(),
                    key: body.key.clone(),
                    fields: body.fields.clone(),
                    site: act.submission.source.site.clone(),
                });
            }
            Event::DetailsDisclosed(_) => self.disclosures += 1,
            // The first order stands: there was nothing left for another.
            Event::DetailsDestroyed(body) if self.destroyed.is_none() => {
                let on = act.submission.occurred_at.with_timezone(&Shanghai).date_naive();
                self.destroyed = Some(Destroyed { order: body.order.clone(), on });
            }
            _ => {}
        }
    }

    pub(super) fn not_destroyed(&self) -> Result<(), VaultError> {
        let Some(Destroyed { order, on }) = &self.destroyed else { return Ok(()) };
        let applicant = self.stream.name().into();
        Err(VaultError::Destroyed { applicant, order: order.to_string(), on: *on })
    }

    /// Whether what is sealed, if anything is, lies within what somebody reaches.
    pub(super) fn is_within_reach(&self, by: &By) -> Result<(), VaultError> {
        match &self.sealed {
            Some(sealed) if !by.reaches(&sealed.site) => {
                Err(VaultError::Outside { applicant: self.stream.name().to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// What is sealed, for one who reaches it.
    pub(super) fn open_to(&self, by: &By) -> Result<&SealedAt, VaultError> {
        self.is_within_reach(by)?;
        self.not_destroyed()?;
        let applicant = || self.stream.name().to_owned();
        self.sealed.as_ref().ok_or_else(|| VaultError::NotSealed { applicant: applicant() })
    }
}
