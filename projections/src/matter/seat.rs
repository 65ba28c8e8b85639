//! 案屬: whose a matter is. A case is its first receipt's, whichever act of it arrived first; and a
//! number that two unrelated sites used is two cases, of which the first is judged under it.

use std::collections::HashSet;

use tongjian_events::{Event, SiteCode};
use uuid::Uuid;

use super::{Effective, EffectiveView, MatterAct, corrections};

/// The site that answers for these acts: where the first receipt was entered that is not annulled;
/// where none was, the first acceptance; else the first act. A correction opens no matter.
pub(super) fn of(acts: &[MatterAct]) -> Option<&SiteCode> {
    let annulled = corrections::annulled(acts);
    first(acts, &annulled, received)
        .or_else(|| first(acts, &annulled, accepted))
        .or_else(|| acts.iter().find(|act| !act.is_correction()))
        .or(acts.first())
        .map(|act| &act.site)
}

/// The acts by which a site may have answered for these, as far as they were known.
pub(super) fn claims(acts: &[MatterAct]) -> impl Iterator<Item = &MatterAct> {
    let opening = acts.iter().find(|act| !act.is_correction());
    let claims = |act: &&MatterAct| received(&act.event) || accepted(&act.event);
    acts.first().into_iter().chain(opening).chain(acts.iter().filter(claims))
}

fn first<'a>(
    acts: &'a [MatterAct],
    annulled: &HashSet<Uuid>,
    is: fn(&Event) -> bool,
) -> Option<&'a MatterAct> {
    acts.iter().find(|act| is(&act.event) && !annulled.contains(&act.id))
}

fn received(event: &Event) -> bool {
    matches!(event, Event::ApplicationReceived(_))
}

fn accepted(event: &Event) -> bool {
    matches!(event, Event::ApplicationAccepted(_))
}

/// Whether one of two sites is the other, or lies below it.
fn related(a: &SiteCode, b: &SiteCode) -> bool {
    a.holds(b) || b.holds(a)
}

/// Takes out of a view what is another case under the same number: everything that was entered at
/// a site with a receipt of its own, unless that site is the seat, above it or below it.
pub(super) fn part_cases(view: &mut EffectiveView<'_>, seat: &SiteCode) {
    let elsewhere = |act: &&Effective<'_>| received(&act.event) && !related(seat, &act.act.site);
    let rivals: Vec<_> = view.acts.iter().filter(elsewhere).map(|a| a.act.site.clone()).collect();
    if rivals.is_empty() {
        return;
    }
    view.elsewhere = Elsewhere { seat: Some(seat.clone()), rivals };
    let is_own = |act: &Effective<'_>| !view.elsewhere.holds(&act.act.site);
    let (acts, others): (Vec<_>, Vec<_>) =
        std::mem::take(&mut view.acts).into_iter().partition(is_own);
    let (corrections, corrected): (Vec<_>, Vec<_>) =
        std::mem::take(&mut view.corrections).into_iter().partition(is_own);
    (view.acts, view.corrections, view.others) = (acts, corrections, others);
    view.others.extend(corrected);
    let others: HashSet<u64> = view.others.iter().map(Effective::position).collect();
    view.faults.retain(|(_, position, _)| !others.contains(position));
}

/// 一號兩案: the sites that have a case of their own under a matter's number.
#[derive(Debug, Default)]
pub struct Elsewhere {
    seat: Option<SiteCode>,
    rivals: Vec<SiteCode>,
}

impl Elsewhere {
    /// The other sites that received under the number.
    #[must_use]
    pub fn sites(&self) -> &[SiteCode] {
        &self.rivals
    }

    /// Whether what is entered at this site belongs to another site's case.
    #[must_use]
    pub fn holds(&self, site: &SiteCode) -> bool {
        self.seat.as_ref().is_some_and(|seat| !related(seat, site))
            && self.rivals.iter().any(|rival| related(rival, site))
    }
}

/// 經手單位: the sites, by code, to which the file was given: by the seat, or by whom it was given
/// to before.
pub(super) fn given_to(acts: &[Effective<'_>], seat: &SiteCode) -> Vec<SiteCode> {
    let mut given: Vec<SiteCode> = Vec::new();
    let mut acts: Vec<_> = acts.iter().collect();
    acts.sort_by_key(|act| act.position());
    for act in acts {
        let by = &act.act.site;
        let Some(Ok(to)) = party(&act.event).map(|unit| SiteCode::new(&unit)) else { continue };
        if related(seat, by) || given.iter().any(|site| related(site, by)) {
            given.push(to);
        }
    }
    given
}

/// The unit that an act brings to the case, by its code or its name.
pub(crate) fn party(event: &Event) -> Option<String> {
    match event {
        Event::CoUnitNotified(body) => Some(body.unit.to_string()),
        Event::CaseHandedOver(body) => Some(body.to.to_string()),
        Event::CaseForwardedUp(body) => Some(body.to.to_string()),
        Event::AgencyEntrusted(body) => Some(body.site.to_string()),
        _ => None,
    }
}
