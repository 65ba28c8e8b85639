//! 案卷: what the chronicle holds of one matter (a case, a complaint, a card), as far as clocks
//! care: the acts as entered, in order of position, and the effective view of them after
//! corrections. Nothing here is judged.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use tongjian_events::values::{Code, StaffId, WindowId};
use tongjian_events::{
    ActorKind, Entry, Event, Recorded, Row as CatalogRow, SiteCode, StreamKind, Submission, instant,
};
use uuid::Uuid;

use crate::context::Jurisdiction;
use crate::finding::FindingKind;

mod corrections;

/// The acts of one matter that clocks read, in order of position.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Matter {
    /// The acts.
    pub acts: Vec<MatterAct>,
}

/// One act as entered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MatterAct {
    /// Its position.
    #[serde(rename = "p")]
    pub position: u64,
    /// Its id.
    #[serde(rename = "i")]
    pub id: Uuid,
    /// When it happened, as claimed.
    #[serde(rename = "o", with = "instant")]
    pub occurred_at: DateTime<FixedOffset>,
    /// When it was recorded.
    #[serde(rename = "r", with = "chrono::serde::ts_microseconds")]
    pub recorded_at: DateTime<Utc>,
    /// The site that entered it.
    #[serde(rename = "s")]
    pub site: SiteCode,
    /// How it was entered.
    #[serde(rename = "y")]
    pub entry: Entry,
    /// Who entered it.
    #[serde(rename = "a")]
    pub actor: StaffId,
    /// What kind of actor.
    #[serde(rename = "k", default = "staff", skip_serializing_if = "is_staff")]
    pub actor_kind: ActorKind,
    /// The window, where one is named.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowId>,
    /// The device, where one is named.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Code>,
    /// What happened.
    #[serde(rename = "e")]
    pub event: Event,
}

const fn staff() -> ActorKind {
    ActorKind::Staff
}

fn is_staff(kind: &ActorKind) -> bool {
    *kind == ActorKind::Staff
}

impl MatterAct {
    /// What a projection keeps of an act.
    #[must_use]
    pub fn of(act: &Recorded) -> Self {
        let Submission { id, occurred_at, actor, source, .. } = &act.submission;
        Self {
            position: act.place.position,
            id: *id,
            occurred_at: *occurred_at,
            recorded_at: act.place.recorded_at,
            site: source.site.clone(),
            entry: source.entry,
            actor: actor.id.clone(),
            actor_kind: actor.kind,
            window: source.window.clone(),
            device: source.device.clone(),
            event: act.event.clone(),
        }
    }

    fn is_correction(&self) -> bool {
        matches!(self.event, Event::ActCorrected(_))
    }
}

/// An act after corrections.
#[derive(Debug, Clone)]
pub struct Effective<'m> {
    /// The act as entered.
    pub act: &'m MatterAct,
    /// When it happened, after corrections.
    pub at: DateTime<FixedOffset>,
    /// That time, in civil time of the matter's jurisdiction.
    pub civil: NaiveDateTime,
    /// What happened, after corrections.
    pub event: Cow<'m, Event>,
    /// The corrections applied, by position.
    pub corrected_by: Vec<u64>,
}

impl Effective<'_> {
    /// The civil day.
    #[must_use]
    pub fn on(&self) -> NaiveDate {
        self.civil.date()
    }

    /// The position of the act as entered.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.act.position
    }
}

/// The effective view, and what is wrong with the corrections themselves.
#[derive(Debug)]
pub struct EffectiveView<'m> {
    /// The acts that stand, in order of the time they happened, then of position. Corrections are
    /// applied, and are not among them.
    pub acts: Vec<Effective<'m>>,
    /// The corrections that stand, in order of position.
    pub corrections: Vec<Effective<'m>>,
    /// Positions of annulled acts, each with the correction's position.
    pub annulled: Vec<(u64, u64)>,
    /// Faults of corrections: kind, position of the correction, detail.
    pub faults: Vec<(FindingKind, u64, String)>,
}

impl Matter {
    /// The kinds of stream that are matters.
    pub const KINDS: &'static [StreamKind] =
        &[StreamKind::Case, StreamKind::Card, StreamKind::Complaint];

    /// Whether clocks care for acts of this row.
    #[must_use]
    pub fn reads(row: &CatalogRow) -> bool {
        Self::KINDS.contains(&row.stream)
    }

    /// Takes an act in.
    pub fn take(&mut self, act: &Recorded) {
        self.acts.push(MatterAct::of(act));
    }

    /// The site that answers for the matter: the one that entered its first act. A correction that
    /// arrived before what it corrects opens no matter.
    #[must_use]
    pub fn site(&self) -> Option<&SiteCode> {
        let opening = self.acts.iter().find(|act| !act.is_correction());
        opening.or(self.acts.first()).map(|act| &act.site)
    }

    /// The matter as it stood at the end of a day: the acts that had happened by then, as we know
    /// today that they happened. Corrections are knowledge, not acts of the matter: they stay with
    /// what they correct, whenever they were made; what was not yet known is left out by the
    /// position asked for.
    #[must_use]
    pub fn as_of(&self, day: NaiveDate, place: &Jurisdiction<'_>) -> Self {
        let view = self.effective(place);
        let later = view.acts.iter().filter(|act| act.on() > day);
        let mut left: HashSet<Uuid> = later.map(|act| act.act.id).collect();
        // A correction of what is left out says nothing; nor does one of that correction.
        let mut before = 0;
        while left.len() > before {
            before = left.len();
            left.extend(corrections::of_any(&self.acts, &left));
        }
        let stood = |act: &&MatterAct| !left.contains(&act.id);
        Self { acts: self.acts.iter().filter(stood).cloned().collect() }
    }

    /// Whether anything happened in it; corrections alone are nothing.
    #[must_use]
    pub fn has_acts(&self) -> bool {
        self.acts.iter().any(|act| !act.is_correction())
    }

    /// The acts after corrections, in the order they happened.
    #[must_use]
    pub fn effective(&self, place: &Jurisdiction<'_>) -> EffectiveView<'_> {
        let mut view = EffectiveView {
            acts: Vec::with_capacity(self.acts.len()),
            corrections: Vec::new(),
            annulled: Vec::new(),
            faults: Vec::new(),
        };
        for act in &self.acts {
            let civil = place.civil(&act.occurred_at);
            view.acts.push(Effective {
                act,
                at: act.occurred_at,
                civil,
                event: Cow::Borrowed(&act.event),
                corrected_by: Vec::new(),
            });
        }
        if self.acts.iter().any(MatterAct::is_correction) {
            corrections::apply_all(&mut view, &self.acts, place);
        }
        let is_act = |act: &Effective<'_>| !act.act.is_correction();
        let (acts, corrections) = view.acts.into_iter().partition(is_act);
        (view.acts, view.corrections) = (acts, corrections);
        view.acts.sort_by_key(|act| (act.at, act.act.position));
        view
    }
}
