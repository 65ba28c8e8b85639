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
mod seat;

pub use seat::Elsewhere;
pub(crate) use seat::party;

/// The acts of one matter that clocks read, in order of position.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Matter {
    /// The acts.
    pub acts: Vec<MatterAct>,
    /// Whose it is, where that is known from more acts than these.
    #[serde(skip)]
    seat: Option<SiteCode>,
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
    /// 一號兩案: the acts and corrections of another site's case under the same number, which stand
    /// as well and are judged by nobody here.
    pub others: Vec<Effective<'m>>,
    /// Whose case that is.
    pub elsewhere: Elsewhere,
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

    /// 案屬: the site that answers for the matter. That of a case is where its first receipt was
    /// entered that is not annulled; without one, its first acceptance; else, as of any other
    /// matter, its first act. A correction that arrived before what it corrects opens no matter.
    #[must_use]
    pub fn site(&self) -> Option<&SiteCode> {
        self.seat.as_ref().or_else(|| seat::of(&self.acts))
    }

    /// Whether, before all these acts were known, another site may have answered for it.
    #[must_use]
    pub fn moved(&self) -> bool {
        let site = self.site();
        seat::claims(&self.acts).any(|act| Some(&act.site) != site)
    }

    /// 經手單位: the sites, named by code, to which its file was given.
    #[must_use]
    pub fn given_to(&self, view: &EffectiveView<'_>) -> Vec<SiteCode> {
        self.site().map_or_else(Vec::new, |seat| seat::given_to(&view.acts, seat))
    }

    /// Those of its acts that satisfy a condition, as acts of the same site's matter.
    #[must_use]
    pub fn only(&self, is: impl Fn(&MatterAct) -> bool) -> Self {
        let acts = self.acts.iter().filter(|act| is(act)).cloned().collect();
        Self { acts, seat: self.site().cloned() }
    }

    /// The same acts, as a matter of this site.
    #[must_use]
    pub fn of_site(self, site: SiteCode) -> Self {
        Self { seat: Some(site), ..self }
    }

    /// The matter as it stood at the end of a day: the acts that had happened by then, as we know
    /// today that they happened. Corrections are knowledge, not acts of the matter: they stay with
    /// what they correct, whenever they were made; what was not yet known is left out by the
    /// position asked for.
    #[must_use]
    pub fn as_of(&self, day: NaiveDate, place: &Jurisdiction<'_>) -> Self {
        let view = self.effective(place);
        let others = view.others.iter().filter(|act| !act.act.is_correction());
        let later = view.acts.iter().chain(others).filter(|act| act.on() > day);
        let mut left: HashSet<Uuid> = later.map(|act| act.act.id).collect();
        // A correction of what is left out says nothing; nor does one of that correction.
        let mut before = 0;
        while left.len() > before {
            before = left.len();
            left.extend(corrections::of_any(&self.acts, &left));
        }
        self.only(|act| !left.contains(&act.id))
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
            others: Vec::new(),
            elsewhere: Elsewhere::default(),
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
        if let Some(seat) = self.site() {
            seat::part_cases(&mut view, seat);
        }
        view
    }
}
