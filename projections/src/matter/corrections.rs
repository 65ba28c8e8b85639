//! 更正: corrections applied to the acts of a matter. Acts arrive late and out of order: a
//! correction holds from when it and what it corrects are both there, whichever came first.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;
use tongjian_events::case::{ActCorrected, Change};
use tongjian_events::{Event, instant};
use uuid::Uuid;

use super::{EffectiveView, MatterAct};
use crate::context::Jurisdiction;
use crate::finding::FindingKind;

/// A correction and the act that makes it.
type Correction<'m> = (&'m MatterAct, &'m ActCorrected);
/// Why one changes nothing.
type Fault = (FindingKind, String);

fn among(acts: &[MatterAct]) -> impl Iterator<Item = Correction<'_>> {
    acts.iter().filter_map(|act| match &act.event {
        Event::ActCorrected(correction) => Some((act, &**correction)),
        _ => None,
    })
}

/// The corrections of any of these acts.
pub(super) fn of_any(acts: &[MatterAct], of: &HashSet<Uuid>) -> Vec<Uuid> {
    let corrects = |(_, correction): &Correction<'_>| of.contains(&correction.corrects);
    among(acts).filter(corrects).map(|(act, _)| act.id).collect()
}

/// Applies the corrections in order of position. One that was itself annulled is not applied.
pub(super) fn apply_all(
    view: &mut EffectiveView<'_>,
    acts: &[MatterAct],
    place: &Jurisdiction<'_>,
) {
    let corrections: Vec<Correction<'_>> = among(acts).collect();
    let annulments = Annulments::among(&corrections);
    for (act, correction) in corrections {
        if annulments.void.contains(&act.id) {
            continue;
        }
        let applied = match annulments.circular.contains(&act.id) {
            true => Err(circular(correction)),
            false => apply(view, act, correction, place),
        };
        if let Err((kind, detail)) = applied {
            view.faults.push((kind, act.position, detail));
        }
    }
    let annulled: BTreeSet<u64> = view.annulled.iter().map(|(position, _)| *position).collect();
    view.acts.retain(|act| !annulled.contains(&act.act.position));
}

/// What corrections make of acts, but for their times.
pub(super) struct Corrected<'m> {
    /// Those that never happened, corrections among them.
    pub(super) annulled: HashSet<Uuid>,
    /// The bodies of acts that were corrected before they came.
    early: HashMap<Uuid, Event>,
    /// What each correction changes that came after its act, by its id.
    changes: HashMap<Uuid, (&'m MatterAct, Event, Event)>,
}

/// What a correction makes of an act.
pub(super) struct Amended<'o> {
    pub(super) target: &'o MatterAct,
    pub(super) was: &'o Event,
    pub(super) now: &'o Event,
}

impl<'m> Corrected<'m> {
    pub(super) fn of(acts: &'m [MatterAct]) -> Self {
        let mut found =
            Self { annulled: HashSet::new(), early: HashMap::new(), changes: HashMap::new() };
        let corrections: Vec<Correction<'_>> = among(acts).collect();
        if corrections.is_empty() {
            return found;
        }
        let annulments = Annulments::among(&corrections);
        let by_id: HashMap<Uuid, &MatterAct> = acts.iter().map(|act| (act.id, act)).collect();
        let mut bodies: HashMap<Uuid, Event> = HashMap::new();
        for (act, correction) in corrections {
            let says_nothing =
                annulments.void.contains(&act.id) || annulments.circular.contains(&act.id);
            let target = by_id.get(&correction.corrects).copied().filter(|of| of.id != act.id);
            let Some(target) = target.filter(|_| !says_nothing) else { continue };
            if unfit(act, correction, target).is_some() {
                continue;
            }
            match &correction.change {
                Change::Annulled {} => {
                    found.annulled.insert(target.id);
                }
                Change::Field { field, was, now } => {
                    let before = bodies.get(&target.id).unwrap_or(&target.event).clone();
                    let Ok(now) = corrected_body(&before, field.as_str(), was, now) else {
                        continue;
                    };
                    bodies.insert(target.id, now.clone());
                    if act.position < target.position {
                        found.early.insert(target.id, now);
                    } else {
                        found.changes.insert(act.id, (target, before, now));
                    }
                }
                Change::OccurredAt { .. } => {}
            }
        }
        found
    }

    /// What an act said when it came.
    pub(super) fn on_arrival<'o>(&'o self, act: &'o MatterAct) -> &'o Event {
        self.early.get(&act.id).unwrap_or(&act.event)
    }

    /// What a correction changed when it came.
    pub(super) fn by(&self, correction: &MatterAct) -> Option<Amended<'_>> {
        let (target, was, now) = self.changes.get(&correction.id)?;
        Some(Amended { target, was, now })
    }
}

/// 更正之更正: what corrections say of each other.
#[derive(Default)]
struct Annulments {
    /// Those that another one annuls.
    void: BTreeSet<Uuid>,
    /// Those that annul a later one by which they are annulled in the end: they say nothing.
    circular: BTreeSet<Uuid>,
}

impl Annulments {
    fn among(corrections: &[Correction<'_>]) -> Self {
        let by_id: BTreeMap<Uuid, &MatterAct> =
            corrections.iter().map(|(act, _)| (act.id, *act)).collect();
        let annuls = |(act, correction): &Correction<'_>| {
            let target = *by_id.get(&correction.corrects)?;
            let holds = target.id != act.id
                && matches!(correction.change, Change::Annulled {})
                && unfit(act, correction, target).is_none();
            holds.then_some((act.id, target.id))
        };
        let mut edges: BTreeMap<Uuid, Uuid> = corrections.iter().filter_map(annuls).collect();
        let mut found = Self { circular: circle_of(&edges, &by_id), ..Self::default() };
        edges.retain(|by, _| !found.circular.contains(by));
        let mut open: BTreeMap<Uuid, usize> = BTreeMap::new();
        edges.values().for_each(|target| *open.entry(*target).or_default() += 1);
        // Who is annulled by nobody has the first word.
        let mut said: Vec<Uuid> =
            edges.keys().filter(|by| !open.contains_key(by)).copied().collect();
        while let Some(by) = said.pop() {
            let Some(target) = edges.get(&by).copied() else { continue };
            if !found.void.contains(&by) {
                found.void.insert(target);
            }
            if let Some(left) = open.get_mut(&target) {
                *left -= 1;
                said.extend((*left == 0).then_some(target));
            }
        }
        found
    }
}

/// Of annulments that go round in a circle, those that came before what they annul. Each annuls one
/// other, so that a circle is found by following it once.
fn circle_of(edges: &BTreeMap<Uuid, Uuid>, by_id: &BTreeMap<Uuid, &MatterAct>) -> BTreeSet<Uuid> {
    let position = |id: &Uuid| by_id.get(id).map(|act| act.position);
    let mut circular = BTreeSet::new();
    let mut walked = BTreeSet::new();
    for start in edges.keys() {
        let (mut way, mut at) = (Vec::new(), *start);
        while walked.insert(at) {
            way.push(at);
            let Some(next) = edges.get(&at) else { break };
            at = *next;
        }
        // The way came back to itself: what lies from there on is the circle.
        let Some(from) = way.iter().position(|walked| *walked == at) else { continue };
        let circle = way.iter().skip(from).filter(|by| edges.contains_key(by));
        circular.extend(circle.filter(|by| position(by) < edges.get(by).and_then(position)));
    }
    circular
}

fn circular(correction: &ActCorrected) -> Fault {
    let detail = format!("it annuls {}, by which it is annulled in turn", correction.corrects);
    (FindingKind::CorrectionDoesNotMatch, detail)
}

fn apply(
    view: &mut EffectiveView<'_>,
    by: &MatterAct,
    correction: &ActCorrected,
    place: &Jurisdiction<'_>,
) -> Result<(), Fault> {
    let target = view
        .acts
        .iter_mut()
        .find(|act| act.act.id == correction.corrects && act.act.id != by.id)
        .ok_or_else(|| {
            let detail = format!("no act of this matter has the id {}", correction.corrects);
            (FindingKind::CorrectionOfUnknownAct, detail)
        })?;
    if let Some(fault) = unfit(by, correction, target.act) {
        return Err(fault);
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

/// Why a correction of an act changes nothing, whatever it says.
fn unfit(by: &MatterAct, correction: &ActCorrected, target: &MatterAct) -> Option<Fault> {
    if let Some(detail) = own_approval(by, correction, target) {
        return Some((FindingKind::CorrectionSelfApproved, detail));
    }
    // What a site entered is its own to correct, and of who stands above it.
    let detail = || {
        let (by, of) = (&by.site, &target.site);
        format!("{by} corrected what {of} entered: it changes nothing")
    };
    let is_anothers = !by.site.holds(&target.site);
    is_anothers.then(|| (FindingKind::CorrectionByOtherSite, detail()))
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
