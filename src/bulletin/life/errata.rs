//! 更正: the same period counted again, figure by figure beside what was issued or corrected last.
//! The bulletin itself stays; an erratum says what each figure was and what it is.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{NaiveTime, TimeZone as _};
use chrono_tz::Asia::Shanghai;
use tongjian_events::StreamId;
use tongjian_events::bulletin::BulletinErratumIssued;
use tongjian_events::values::{SerialNo, Text};

use super::{Bulletin, Clerk, LifeError, Refused, TRIES, corrected, load};
use crate::bulletin::content::Content;
use crate::bulletin::draft;
use crate::engine;

impl Clerk<'_> {
    /// 更正: counts again at the present position, and says what has changed.
    ///
    /// # Errors
    /// [`LifeError`].
    pub async fn erratum(&self, stream: &StreamId, reason: &Text) -> Result<Bulletin, LifeError> {
        for _ in 0..TRIES {
            let held = self.open(stream).await?;
            let issued = super::issued(&held)?;
            let Some(asked) = held.asked() else { return Err(Refused::NotIssued.into()) };
            let now = draft::content_with_lines(self.store, &asked, self.contents).await?;
            let then = self.standing_content(&held).await?;
            later(&then, &now)?;
            let changed = changed(&then, &now);
            if changed.is_empty() {
                let (position, before) = (at(&now), at(&then));
                return Err(Refused::NothingChanged { position, before }.into());
            }
            let no = held.errata.last().map_or(0, |last| last.no) + 1;
            let number = held.number.as_ref().map(ToString::to_string).unwrap_or_default();
            let content = corrected::said((&then, &now), &changed, (&number, no, reason.as_str()));
            let event = BulletinErratumIssued {
                erratum_no: SerialNo::new(i64::from(no)).map_err(LifeError::Unlawful)?,
                corrections: corrected::in_short(&then, &now, &changed)?,
                basis: content.basis.clone(),
                content_digest: content.digest()?,
                reason: reason.clone(),
            };
            // An erratum's id follows from its number.
            let midnight = issued.on.and_time(NaiveTime::MIN);
            let midnight = Shanghai.from_local_datetime(&midnight).earliest();
            let midnight = midnight.ok_or_else(super::before_1970)?.fixed_offset();
            let name = held.stream.as_str().as_bytes();
            let parts: [&[u8]; 3] = [b"tongjian bulletin erratum 1", name, &no.to_be_bytes()];
            let id = engine::id(&midnight, &parts).ok_or_else(super::before_1970)?;
            match self.append(&held, &asked.scope, vec![(id, event.into())]).await {
                Ok(_) => {
                    self.contents.keep(&Arc::new(content))?;
                    return Ok(load(self.store, stream).await?);
                }
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
            }
        }
        Err(LifeError::Busy)
    }

    /// The figures that hold: of the last erratum, or as issued.
    async fn standing_content(&self, held: &Bulletin) -> Result<Arc<Content>, LifeError> {
        let (Some(asked), Some(basis)) = (held.asked(), held.last_basis()) else {
            return Err(Refused::NotIssued.into());
        };
        let digest = held.drafted.as_ref().map(|drafted| &drafted.digest);
        let digest = digest.filter(|_| held.errata.is_empty());
        let position = basis.until_position.0;
        match digest {
            Some(digest) => {
                self.contents.at(self.store, &asked, position, digest, &self.makes).await
            }
            None => self.contents.made(self.store, &asked, position, &self.makes).await,
        }
    }
}

/// Where the lines of a figure stand: of an erratum's figure as it was, at the position of what it
/// corrects; of any other, at that of the content.
#[must_use]
pub fn position_of(held: &Bulletin, erratum_no: Option<u32>, content: &Content, name: &str) -> u64 {
    let before =
        erratum_no.filter(|_| name.ends_with(corrected::WAS)).and_then(|no| held.basis_before(no));
    before.unwrap_or(&content.basis).until_position.0
}

fn at(content: &Content) -> u64 {
    content.basis.until_position.0
}

fn later(then: &Content, now: &Content) -> Result<(), Refused> {
    let (position, before) = (at(now), at(then));
    if position > before { Ok(()) } else { Err(Refused::Overlapping { position, before }) }
}

/// The names of the figures that are others now, in the order of the pages. What cannot be
/// measured and what is not there say the same.
fn changed(then: &Content, now: &Content) -> Vec<String> {
    let names: BTreeSet<&String> = then.figures.keys().chain(now.figures.keys()).collect();
    let value =
        |content: &Content, name: &str| content.figure(name).and_then(|figure| figure.value);
    let differs = |name: &&String| value(then, name) != value(now, name);
    corrected::in_order(then, now, names.into_iter().filter(differs).cloned().collect())
}

/// 更正的內容: what an erratum says, made of the contents before it and at its own position.
#[must_use]
pub fn erratum_content(then: &Content, now: &Content, held: &Bulletin, no: u32) -> Content {
    let reason = held.erratum(no).map_or("", |erratum| erratum.reason.as_str());
    let number = held.number.as_ref().map(ToString::to_string).unwrap_or_default();
    corrected::said((then, now), &changed(then, now), (&number, no, reason))
}
