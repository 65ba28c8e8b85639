//! 印發: number, issue and closing of the period are one command: a number is given only to what
//! is issued with it, so that none is left out. The id of the act that gives a number follows from
//! the number alone, so that two can never get the same one.

use chrono::{Datelike as _, NaiveDate, NaiveTime, TimeZone as _};
use chrono_tz::Asia::Shanghai;
use tongjian_events::bulletin::{BulletinIssued, BulletinNumbered, PeriodClosed};
use tongjian_events::values::{Name, SerialNo, UnitCode, Year};
use tongjian_events::{Event, StreamId};
use uuid::Uuid;

use super::held::{EVERY, PAGE};
use super::{Bulletin, Clerk, LifeError, Refused, TRIES, approved, load, not_issued};
use crate::store::{Store, StoreError};
use crate::{cases, engine};

/// 印發要求: to whom it goes, where that is not as the policy says.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// 主送; as the policy says where none is named.
    pub recipients: Vec<UnitCode>,
    /// 抄送; as the policy says where no recipient is named either.
    pub copies_to: Vec<UnitCode>,
}

impl Clerk<'_> {
    /// 印發: gives the next number to what was approved and signed, and closes the period. Its
    /// content is made again from the chronicle as it stood and must be the one that was signed.
    ///
    /// # Errors
    /// [`LifeError`].
    pub async fn issue(&self, stream: &StreamId, wanted: &Wanted) -> Result<Bulletin, LifeError> {
        let mut proven = None;
        for _ in 0..TRIES {
            let held = self.open(stream).await?;
            not_issued(&held)?;
            let drafted = approved(&held, None)?.clone();
            if held.signed.is_none() {
                let digest = drafted.digest.to_string();
                return Err(Refused::NotSigned { digest }.into());
            }
            if proven.as_ref() != Some(&drafted.digest) {
                self.proven(&held).await?;
                proven = Some(drafted.digest.clone());
            }
            let acts = self.numbered_and_issued(&held, wanted).await?;
            match self.append(&held, &drafted.basis.scope, acts).await {
                Ok(_) => return Ok(load(self.store, stream).await?),
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
            }
        }
        Err(LifeError::Busy)
    }

    /// Makes the content again, not from what is at hand but from the chronicle.
    async fn proven(&self, held: &Bulletin) -> Result<(), LifeError> {
        let (Some(asked), Some(drafted)) = (held.asked(), &held.drafted) else { return Ok(()) };
        let position = drafted.basis.until_position.0;
        let content = self.contents.made(self.store, &asked, position, &self.makes).await?;
        let found = content.digest()?;
        if found == drafted.digest {
            return self.contents.keep(&content);
        }
        let (named, found) = (drafted.digest.to_string(), found.to_string());
        Err(Refused::ContentDiffers { position, named, found }.into())
    }

    async fn numbered_and_issued(
        &self,
        held: &Bulletin,
        wanted: &Wanted,
    ) -> Result<Vec<(Uuid, Event)>, LifeError> {
        let drafted = approved(held, None)?;
        let (today, scope) = (self.today(), &drafted.basis.scope);
        let head = self.store.head().await?.position;
        let context = cases::context_at(self.store, head).await?;
        let policies = context.policies();
        // As the letter names it: by the date, as held where its content was made.
        let then = cases::context_at(self.store, drafted.basis.until_position.0).await?;
        let body = then.policies().supervising_body(scope, today);
        let body = body.ok_or_else(|| Refused::NoBody { scope: scope.clone(), on: today })?;
        let (recipients, copies_to) = match policies.bulletins.on(today) {
            Some(rules) if wanted.recipients.is_empty() => {
                (rules.recipients.clone(), rules.copies_to.clone())
            }
            _ => (wanted.recipients.clone(), wanted.copies_to.clone()),
        };
        if recipients.is_empty() {
            return Err(Refused::NoRecipients.into());
        }
        // One that was given by hand is its number: a bulletin has one.
        let mut acts = match held.number {
            None => vec![self.next_number(&body.document_code, today).await?],
            Some(_) => Vec::new(),
        };
        let issued = BulletinIssued { issued_on: today, recipients, copies_to };
        let (basis, content_digest) = (drafted.basis.clone(), drafted.digest.clone());
        acts.push(self.act_of(held, issued.into())?);
        acts.push(self.act_of(held, PeriodClosed { basis, content_digest }.into())?);
        Ok(acts)
    }

    /// The number after the last one of a year, with the only id that it can have.
    async fn next_number(
        &self,
        organ_code: &Name,
        today: NaiveDate,
    ) -> Result<(Uuid, Event), LifeError> {
        let unlawful = LifeError::Unlawful;
        let year = Year::new(i64::from(today.year())).map_err(unlawful)?;
        let last = last_number(self.store, organ_code, year).await?;
        let serial_no = SerialNo::new(i64::from(last) + 1).map_err(unlawful)?;
        let first = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
        let begins = Shanghai.from_local_datetime(&first.and_time(NaiveTime::MIN)).earliest();
        let begins = begins.ok_or_else(super::before_1970)?.fixed_offset();
        let (years, serial) = (year.get().to_be_bytes(), serial_no.get().to_be_bytes());
        let parts: [&[u8]; 4] =
            [b"tongjian bulletin number 1", organ_code.as_str().as_bytes(), &years, &serial];
        let id = engine::id(&begins, &parts).ok_or_else(super::before_1970)?;
        Ok((id, BulletinNumbered { organ_code: organ_code.clone(), year, serial_no }.into()))
    }
}

/// The last number of an organ in a year; 0 where none was given.
async fn last_number(store: &Store, organ_code: &Name, year: Year) -> Result<u32, StoreError> {
    const NUMBERED: &[u8] = b"bulletin.BulletinNumbered";
    let (mut after, mut last) = (String::new(), 0);
    loop {
        let page = store.streams("bulletin/", &after, EVERY, PAGE).await?;
        let Some((name, _)) = page.last() else { return Ok(last) };
        after.clone_from(name);
        for stored in page.into_iter().flat_map(|(_, acts)| acts) {
            if !stored.envelope.windows(NUMBERED.len()).any(|part| part == NUMBERED) {
                continue;
            }
            if let Event::BulletinNumbered(body) = stored.read()?.event
                && body.organ_code == *organ_code
                && body.year == year
            {
                last = last.max(body.serial_no.get());
            }
        }
    }
}
