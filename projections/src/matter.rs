//! 案卷: what the chronicle holds of one matter (a case, a complaint, a card), as far as clocks
//! care: the acts as entered, in order of position, and the effective view of them after
//! corrections. Nothing here is judged.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use tongjian_events::values::{Code, StaffId, WindowId};
use tongjian_events::{
    ActorKind, Entry, Event, Recorded, Row as CatalogRow, SiteCode, StreamKind, Submission, instant,
};
use uuid::Uuid;

use self::cases::Cases;
use crate::context::Jurisdiction;
use crate::finding::FindingKind;

mod cases;
mod corrections;
pub(crate) use cases::party;

/// The acts of one matter that clocks read, in order of position.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Matter {
    /// The acts.
    pub acts: Vec<MatterAct>,
    /// Which of several cases under one number it is.
    #[serde(skip)]
    part: Option<Box<Part>>,
}

/// 一號數案: one of several cases under a number.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    /// The site that answers for it.
    site: SiteCode,
    /// Whether that site was the first to use the number.
    first: bool,
    /// How many acts its stream holds beside those of this case.
    beside: usize,
    /// To whom its file was given.
    given: Vec<SiteCode>,
    /// Every case, this one as well.
    all: Arc<[OtherCase]>,
    /// The acts that are as well of another one, in order.
    shared: Vec<u64>,
}

/// 另案: another case under the same number.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherCase {
    /// The site that answers for it.
    pub site: SiteCode,
    /// The act that opened it.
    pub position: u64,
    /// When that happened, as claimed.
    pub at: DateTime<FixedOffset>,
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

    /// 案屬: the site that answers for the matter. That of a case is where it was opened: by its
    /// first receipt, or its first acceptance, that is not annulled; without either, as of any
    /// other matter, by its first act that is no correction.
    #[must_use]
    pub fn site(&self) -> Option<&SiteCode> {
        if let Some(part) = &self.part {
            return Some(&part.site);
        }
        let mut claimants = cases::claimants(&self.acts);
        let first = claimants.next();
        let of_several = || Cases::of(&self.acts).sites().next();
        let claimed = first.and_then(|first| match claimants.all(|site| site == first) {
            true => Some(first),
            false => of_several(),
        });
        claimed.or_else(|| cases::of_first_act(&self.acts))
    }

    /// 一號數案: the cases that these acts are, the one first whose site was the first to use the
    /// number. Nearly always it is one.
    #[must_use]
    pub fn cases(&self) -> Vec<Cow<'_, Self>> {
        let alone = || vec![Cow::Borrowed(self)];
        let mut claimants = cases::claimants(&self.acts);
        let Some(used_by) = claimants.next().filter(|_| self.part.is_none()) else {
            return alone();
        };
        if claimants.all(|site| site == used_by) {
            return alone();
        }
        let cases = Cases::of(&self.acts);
        if cases.sites().nth(1).is_none() {
            return alone();
        }
        let (owners, all) = (cases.owners(), Arc::<[OtherCase]>::from(cases.all()));
        let part = |site: &SiteCode| {
            let is_own = |(_, of): &(&MatterAct, &Vec<&SiteCode>)| of.contains(&site);
            let own = || self.acts.iter().zip(&owners).filter(is_own);
            let acts: Vec<MatterAct> = own().map(|(act, _)| act.clone()).collect();
            let shared = own().filter(|(_, of)| of.len() > 1).map(|(act, _)| act.position);
            let part = Part {
                site: site.clone(),
                first: site == used_by,
                beside: self.acts.len() - acts.len(),
                given: cases.given_to(site),
                all: Arc::clone(&all),
                shared: shared.collect(),
            };
            Cow::Owned(Self { acts, part: Some(Box::new(part)) })
        };
        cases.sites().map(part).collect()
    }

    /// The other cases under its number.
    pub fn others(&self) -> impl Iterator<Item = &OtherCase> {
        let part = self.part.iter();
        part.flat_map(|part| part.all.iter().filter(|other| other.site != part.site))
    }

    /// Whether an act of it is as well of another case under its number, for want of a closer one.
    #[must_use]
    pub fn shares(&self, position: u64) -> bool {
        self.part.as_ref().is_some_and(|part| part.shared.binary_search(&position).is_ok())
    }

    /// How many acts its stream holds.
    #[must_use]
    pub fn held(&self) -> u64 {
        (self.acts.len() + self.part.as_ref().map_or(0, |part| part.beside)) as u64
    }

    /// Its site, where another site used its number first: what is named after the number is then
    /// named after the site as well.
    #[must_use]
    pub fn used_before(&self) -> Option<&SiteCode> {
        let first = match &self.part {
            Some(part) => part.first,
            None => cases::claimants(&self.acts).next().is_none_or(|of| Some(of) == self.site()),
        };
        self.site().filter(|_| !first)
    }

    /// Whether, before all these acts were known, another site may have answered for it.
    #[must_use]
    pub fn moved(&self) -> bool {
        let first = self.acts.first().map(|act| &act.site);
        let before = first.into_iter().chain(cases::of_first_act(&self.acts));
        let mut before = before.chain(cases::claimants(&self.acts));
        if before.clone().all(|site| Some(site) == first) {
            return false;
        }
        let now: Vec<&SiteCode> = Cases::of(&self.acts).sites().collect();
        let is_of_none = |site: &SiteCode| match now.is_empty() {
            true => self.site() != Some(site),
            false => !now.contains(&site),
        };
        before.any(is_of_none)
    }

    /// 經手單位: the sites, named by code, to which its file was given.
    #[must_use]
    pub fn given_to(&self) -> Vec<SiteCode> {
        match (&self.part, self.site()) {
            (Some(part), _) => part.given.clone(),
            (None, Some(site)) => Cases::of(&self.acts).given_to(site),
            (None, None) => Vec::new(),
        }
    }

    /// Those of its acts that satisfy a condition, as acts of the same site's matter.
    #[must_use]
    pub fn only(&self, is: impl Fn(&MatterAct) -> bool) -> Self {
        let acts: Vec<_> = self.acts.iter().filter(|act| is(act)).cloned().collect();
        let left_out = self.acts.len() - acts.len();
        let mut only = Self { acts, part: self.part.clone() };
        if let Some(part) = &mut only.part {
            part.beside += left_out;
        } else if let Some(site) = self.site().filter(|site| only.site() != Some(*site)) {
            only.part = Some(Box::new(Part {
                site: site.clone(),
                first: self.used_before().is_none(),
                beside: left_out,
                given: self.given_to(),
                all: Arc::from([]),
                shared: Vec::new(),
            }));
        }
        only
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
