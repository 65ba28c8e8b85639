//! 案卷: what the chronicle holds of one matter (a case, a complaint, a card), as far as clocks
//! care: the acts as entered, in order of position, and the effective view of them after
//! corrections. Nothing here is judged.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tongjian_events::case::{ActCorrected, Change};
use tongjian_events::values::{Code, StaffId, WindowId};
use tongjian_events::{
    ActorKind, Entry, Event, Recorded, Row as CatalogRow, SiteCode, StreamKind, Submission, instant,
};
use uuid::Uuid;

use crate::context::Jurisdiction;
use crate::finding::FindingKind;

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

    /// The site that answers for the matter: the one that entered its first act.
    #[must_use]
    pub fn site(&self) -> Option<&SiteCode> {
        self.acts.first().map(|act| &act.site)
    }

    /// The matter as it stood at the end of a day: the acts that had happened by then, as we know
    /// today that they happened. Corrections are knowledge, not acts of the matter: they stay,
    /// whenever they were made; what was not yet known is left out by the position asked for.
    #[must_use]
    pub fn as_of(&self, day: NaiveDate, place: &Jurisdiction<'_>) -> Self {
        let view = self.effective(place);
        let later: HashSet<u64> =
            view.acts.iter().filter(|act| act.on() > day).map(|act| act.act.position).collect();
        let stood = |act: &&MatterAct| !later.contains(&act.position);
        Self { acts: self.acts.iter().filter(stood).cloned().collect() }
    }

    /// Whether anything happened in it; corrections alone are nothing.
    #[must_use]
    pub fn has_acts(&self) -> bool {
        self.acts.iter().any(|act| !matches!(act.event, Event::ActCorrected(_)))
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
        if self.acts.iter().any(|act| matches!(act.event, Event::ActCorrected(_))) {
            self.correct(&mut view, place);
        }
        let is_act = |act: &Effective<'_>| !matches!(act.act.event, Event::ActCorrected(_));
        let (acts, corrections) = view.acts.into_iter().partition(is_act);
        (view.acts, view.corrections) = (acts, corrections);
        view.acts.sort_by_key(|act| (act.at, act.act.position));
        view
    }

    /// Applies the corrections in order of position. A correction that was itself annulled later
    /// is not applied.
    fn correct(&self, view: &mut EffectiveView<'_>, place: &Jurisdiction<'_>) {
        let corrections = || {
            self.acts.iter().filter_map(|act| match &act.event {
                Event::ActCorrected(correction) => Some((act, &**correction)),
                _ => None,
            })
        };
        let mut void: Vec<Uuid> = Vec::new();
        for (act, correction) in corrections().collect::<Vec<_>>().into_iter().rev() {
            let target = corrections()
                .map(|(other, _)| other)
                .find(|other| other.id == correction.corrects && other.position < act.position);
            if target.is_some_and(|target| own_approval(act, correction, target).is_none())
                && matches!(correction.change, Change::Annulled {})
                && !void.contains(&act.id)
            {
                void.push(correction.corrects);
            }
        }
        for (act, correction) in corrections().filter(|(act, _)| !void.contains(&act.id)) {
            if let Err((kind, detail)) = apply(view, act, correction, place) {
                view.faults.push((kind, act.position, detail));
            }
        }
        let annulled: Vec<u64> = view.annulled.iter().map(|(position, _)| *position).collect();
        view.acts.retain(|act| !annulled.contains(&act.act.position));
    }
}

fn apply(
    view: &mut EffectiveView<'_>,
    by: &MatterAct,
    correction: &ActCorrected,
    place: &Jurisdiction<'_>,
) -> Result<(), (FindingKind, String)> {
    let target = view
        .acts
        .iter_mut()
        .find(|act| act.act.id == correction.corrects && act.act.position < by.position)
        .ok_or_else(|| {
            let detail =
                format!("no earlier act of this matter has the id {}", correction.corrects);
            (FindingKind::CorrectionOfUnknownAct, detail)
        })?;
    if let Some(detail) = own_approval(by, correction, target.act) {
        return Err((FindingKind::CorrectionSelfApproved, detail));
    }
    let mismatch = |detail: String| (FindingKind::CorrectionDoesNotMatch, detail);
    match &correction.change {
        Change::Annulled {} => view.annulled.push((target.act.position, by.position)),
        Change::OccurredAt { was, now } => {
            if was.0 != target.at {
                let stood = instant::text(&target.at);
                return Err(mismatch(format!(
                    "it says occurred_at was {}, it was {stood}",
                    instant::text(&was.0)
                )));
            }
            if now.0.to_utc() > by.recorded_at {
                return Err(mismatch(format!(
                    "it moves the act to {}, after its own entry",
                    instant::text(&now.0)
                )));
            }
            target.at = now.0;
            target.civil = place.civil(&now.0);
        }
        Change::Field { field, was, now } => {
            let event =
                corrected_body(&target.event, field.as_str(), was, now).map_err(mismatch)?;
            target.event = Cow::Owned(event);
        }
    }
    target.corrected_by.push(by.position);
    Ok(())
}

/// 四眼: whether somebody approved what is his own: the act as entered, or the correction.
fn own_approval(by: &MatterAct, correction: &ActCorrected, target: &MatterAct) -> Option<String> {
    let approver = &correction.approver;
    let entered = match (*approver == target.actor, *approver == by.actor) {
        (true, _) => "the act",
        (false, true) => "the correction",
        (false, false) => return None,
    };
    Some(format!("{approver} entered {entered} and approved the correction: it changes nothing"))
}

/// The event with one field of its body replaced; `Err` says why it cannot be.
fn corrected_body(event: &Event, field: &str, was: &Value, now: &Value) -> Result<Event, String> {
    let text = event.to_json().map_err(|source| source.to_string())?;
    let mut body: Value = serde_json::from_str(&text).map_err(|source| source.to_string())?;
    let members = body.as_object_mut().ok_or("the body is no object")?;
    let stood = members.get(field).unwrap_or(&Value::Null);
    if stood != was {
        return Err(format!("it says `{field}` was {was}, it was {stood}"));
    }
    if now.is_null() {
        members.remove(field);
    } else {
        members.insert(field.into(), now.clone());
    }
    event.with_body(&body).map_err(|refusal| refusal.to_string())
}
