//! 起草: a draft by hand or when it is due, from the read tables as they stand.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;
use tongjian_events::bulletin::BulletinDrafted;
use tongjian_events::values::Name;
use tongjian_events::{Event, SiteCode, StreamId};

use super::{Bulletin, Clerk, LifeError, Refused, TRIES, load, not_issued};
use crate::bulletin::asked::Asked;
use crate::bulletin::content::{Content, Figure, Over};
use crate::bulletin::draft::{self, Made};
use crate::bulletin::term::Term;
use crate::engine;
use crate::store::{Appended, Command, Expected};

/// What stands on a day whether or not anything happens: it makes no bulletin by itself.
const STANDING: [&str; 9] = [
    "cases_carried_over",
    "cases_open",
    "data_quality",
    "flags_standing",
    "late_arrivals",
    "limits_overdue_open",
    "orders_standing",
    "sites_network",
    "unit_scores",
];

impl Clerk<'_> {
    /// 起草: drafts the bulletin of a period from the read tables as they stand. Of a draft that
    /// stands another is made only if it was sent back, or if its figures are others by now.
    ///
    /// # Errors
    /// [`LifeError`].
    pub async fn draft(&self, term: Term, scope: SiteCode) -> Result<Bulletin, LifeError> {
        let stream = term.stream(&scope).map_err(LifeError::Unlawful)?;
        let asked = term.asked(scope).map_err(LifeError::Unlawful)?;
        self.by.may(&asked.scope)?;
        let (until_on, today) = (asked.period.until_on, self.today());
        if until_on >= today {
            return Err(Refused::PeriodNotEnded { until_on, today }.into());
        }
        for _ in 0..TRIES {
            let held = load(self.store, &stream).await?;
            not_issued(&held)?;
            let made = self.made(&asked).await?;
            match self.entered(&held, &made.content).await {
                Ok(()) => {
                    made.kept(self.store, self.contents).await;
                    return Ok(load(self.store, &stream).await?);
                }
                Err(error) => {
                    made.let_go().await;
                    if !error.is_conflict() {
                        return Err(error);
                    }
                }
            }
        }
        Err(LifeError::Busy)
    }

    /// Enters a draft, if its figures are others than those of the draft that stands.
    async fn entered(&self, held: &Bulletin, content: &Arc<Content>) -> Result<(), LifeError> {
        if !held.is_returned() && self.says_the_same(held, content).await? {
            let digest = held.drafted.as_ref().map(|drafted| drafted.digest.to_string());
            return Err(Refused::DraftStands { digest: digest.unwrap_or_default() }.into());
        }
        let act = self.act_of(held, drafted(content)?)?;
        self.append(held, &content.basis.scope, vec![act]).await?;
        self.contents.keep(content)
    }

    /// 到期起草: the engine's draft, of which there is one however many look. `None` where the
    /// stream is there already.
    ///
    /// # Errors
    /// [`LifeError`].
    pub async fn draft_due(
        &self,
        term: Term,
        scope: SiteCode,
        due_at: DateTime<Utc>,
    ) -> Result<Option<Appended>, LifeError> {
        let stream = term.stream(&scope).map_err(LifeError::Unlawful)?;
        let asked = term.asked(scope).map_err(LifeError::Unlawful)?;
        let made = self.made(&asked).await?;
        match self.entered_when_due(stream, &made.content, due_at).await {
            Ok(place) => {
                made.kept(self.store, self.contents).await;
                Ok(place)
            }
            Err(error) => {
                made.let_go().await;
                if error.is_conflict() { Ok(None) } else { Err(error) }
            }
        }
    }

    /// Enters the engine's draft; `None` where it was there.
    async fn entered_when_due(
        &self,
        stream: StreamId,
        content: &Arc<Content>,
        due_at: DateTime<Utc>,
    ) -> Result<Option<Appended>, LifeError> {
        let event = drafted(content)?;
        let (due, now) = (due_at.with_timezone(&Shanghai), self.now.with_timezone(&Shanghai));
        let act = engine::due(stream.clone(), 0, &event, &due.fixed_offset(), now.fixed_offset())?;
        let acts = vec![act];
        let command = Command { stream, expected: Expected::New, acts, received_at: self.now };
        let places = self.store.append(command).await?;
        self.contents.keep(content)?;
        Ok(places.into_iter().find(|place| !place.repeated))
    }

    /// What the read tables give now, of a period in which something happened.
    async fn made(&self, asked: &Asked) -> Result<Made, LifeError> {
        let made = draft::made(self.store, asked).await?;
        let happened = |figure: &Figure| {
            figure.over == Over::Current
                && figure.lines > 0
                && !STANDING.contains(&figure.query.as_str())
        };
        if made.content.figures.values().any(happened) {
            return Ok(made);
        }
        made.let_go().await;
        let (from_on, until_on) = (asked.period.from_on, asked.period.until_on);
        Err(Refused::PeriodEmpty { scope: asked.scope.clone(), from_on, until_on }.into())
    }

    /// Whether the draft that stands has the figures of a content. One that this release says
    /// otherwise has not.
    async fn says_the_same(&self, held: &Bulletin, now: &Content) -> Result<bool, LifeError> {
        let Some((asked, drafted)) = held.asked().zip(held.drafted.as_ref()) else {
            return Ok(false);
        };
        let position = drafted.basis.until_position.0;
        let then = self.contents.at(self.store, &asked, position, &drafted.digest, &self.makes);
        match then.await {
            Ok(then) => Ok(then.figures == now.figures),
            Err(LifeError::Refused(Refused::ContentDiffers { .. })) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn drafted(content: &Content) -> Result<Event, LifeError> {
    Ok(BulletinDrafted {
        kind: content.kind,
        title: Name::new(&content.title).map_err(LifeError::Unlawful)?,
        basis: content.basis.clone(),
        content_digest: content.digest()?,
    }
    .into())
}
