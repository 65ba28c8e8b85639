//! 案屬: which cases the acts under one number are, and whose. A number is the windows' own: two
//! sites may use one, by mistake or on purpose, and each then has a case of its own, judged by
//! itself. What opens a case is a receipt, or an acceptance where nothing was received.

use std::collections::{HashMap, HashSet};

use tongjian_events::values::{ApplicantRef, ItemCode};
use tongjian_events::{Entry, Event, SiteCode};
use uuid::Uuid;

use super::{MatterAct, corrections};

/// A case under a number.
#[derive(Debug)]
struct Seat<'a> {
    /// The site that answers.
    site: &'a SiteCode,
    /// The act that opened it.
    opened: &'a MatterAct,
    applicants: Vec<&'a ApplicantRef>,
    items: Vec<&'a ItemCode>,
}

/// A file that was given.
#[derive(Debug)]
struct Gift<'a> {
    to: SiteCode,
    /// The seat whose file it is.
    of: &'a SiteCode,
    position: u64,
}

/// The cases under a number.
#[derive(Debug)]
pub(super) struct Cases<'a> {
    seats: Vec<Seat<'a>>,
    /// 經手單位: sites to which a file was given.
    given: Vec<Gift<'a>>,
    /// Sites that entered the same application again, and whose it is.
    joined: Vec<(&'a SiteCode, &'a SiteCode)>,
}

fn claims(act: &MatterAct) -> bool {
    matches!(act.event, Event::ApplicationReceived(_) | Event::ApplicationAccepted(_))
}

/// The sites by whose acts a case may have been opened, annulled ones too, in order of position.
pub(super) fn claimants(acts: &[MatterAct]) -> impl Iterator<Item = &SiteCode> + Clone {
    acts.iter().filter(|act| claims(act)).map(|act| &act.site)
}

/// The site of the first act that is no correction.
pub(super) fn of_first_act(acts: &[MatterAct]) -> Option<&SiteCode> {
    let opening = acts.iter().find(|act| !act.is_correction());
    opening.or(acts.first()).map(|act| &act.site)
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

impl<'a> Cases<'a> {
    /// The cases, the one first whose site was the first to use the number.
    pub(super) fn of(acts: &'a [MatterAct]) -> Self {
        let annulled = corrections::annulled(acts);
        let standing: Vec<_> = acts.iter().filter(|act| !annulled.contains(&act.id)).collect();
        let mut cases = Self { seats: Vec::new(), given: Vec::new(), joined: Vec::new() };
        standing.iter().for_each(|act| cases.receive(act));
        if cases.seats.is_empty() {
            let accepted = |act: &&&MatterAct| matches!(act.event, Event::ApplicationAccepted(_));
            standing.iter().find(accepted).into_iter().for_each(|act| cases.accept(act));
        }
        cases.give(&standing);
        cases.join_what_was_given();
        standing.iter().for_each(|act| cases.accept(act));
        cases.give(&standing);
        let first = claimants(acts).next();
        cases.seats.sort_by_key(|seat| (Some(seat.site) != first, seat.opened.position));
        cases
    }

    /// A receipt opens a case, unless it is of an application that is received already.
    fn receive(&mut self, act: &'a MatterAct) {
        let Event::ApplicationReceived(body) = &act.event else { return };
        if let Some(own) = self.seats.iter_mut().find(|seat| *seat.site == act.site) {
            own.applicants.push(&body.applicant);
            own.items.push(&body.item);
            return;
        }
        let same = |seat: &&Seat<'a>| {
            seat.applicants.contains(&&body.applicant) && seat.items.contains(&&body.item)
        };
        match self.seats.iter().find(same) {
            Some(seat) => self.joined.push((&act.site, seat.site)),
            None => self.seats.push(Seat {
                site: &act.site,
                opened: act,
                applicants: vec![&body.applicant],
                items: vec![&body.item],
            }),
        }
    }

    /// An acceptance opens a case only where no case is known that it can be of.
    fn accept(&mut self, act: &'a MatterAct) {
        let Event::ApplicationAccepted(body) = &act.event else { return };
        let site = &act.site;
        if let Some(own) = self.seats.iter_mut().find(|seat| seat.site == site) {
            own.items.push(&body.item);
            return;
        }
        let first = self.seats.iter().min_by_key(|seat| seat.opened.position);
        let given = |gift: &Gift<'_>| {
            let in_time = gift.position < act.position;
            gift.to.holds(site) && (in_time || first.is_some_and(|of| of.site == gift.of))
        };
        let known = self.seats.iter().any(|seat| seat.site.holds(site) || site.holds(seat.site))
            || self.given.iter().any(given)
            || self.joined.iter().any(|(of, _)| *of == site);
        if known {
            return;
        }
        let same = |seat: &&Seat<'a>| {
            seat.items.contains(&&body.item) && seat.opened.position < act.position
        };
        match self.seats.iter().find(same) {
            Some(seat) => self.joined.push((site, seat.site)),
            None => self.seats.push(Seat {
                site,
                opened: act,
                applicants: Vec::new(),
                items: vec![&body.item],
            }),
        }
    }

    /// Finds to whom files were given: by the seat, by a site above it, or by whom it was given to.
    fn give(&mut self, standing: &[&'a MatterAct]) {
        self.given.clear();
        loop {
            let before = self.given.len();
            for act in standing {
                let Some(Ok(to)) = party(&act.event).map(|unit| SiteCode::new(&unit)) else {
                    continue;
                };
                let Some(of) = self.giver(&act.site) else { continue };
                if !self.given.iter().any(|gift| gift.to == to && gift.of == of) {
                    self.given.push(Gift { to, of, position: act.position });
                }
            }
            if self.given.len() == before {
                return;
            }
        }
    }

    /// Whose file a site may give away.
    fn giver(&self, by: &SiteCode) -> Option<&'a SiteCode> {
        let own = self.seats.iter().find(|seat| seat.site == by).map(|seat| seat.site);
        let held = || self.seats.iter().find(|seat| by.holds(seat.site)).map(|seat| seat.site);
        own.or_else(|| self.given.iter().find(|gift| gift.to == *by).map(|gift| gift.of))
            .or_else(held)
    }

    /// A file that was given is received by whom it was given to, often under an item of his own.
    fn join_what_was_given(&mut self) {
        let from = |seat: &Seat<'a>| {
            let gifts = self.given.iter();
            let gifts = gifts.filter(|gift| gift.to == *seat.site && gift.of != seat.site);
            let mut givers =
                gifts.filter_map(|gift| self.seats.iter().find(|of| of.site == gift.of));
            let same = |of: &&Seat<'a>| {
                of.opened.position < seat.opened.position
                    && of.applicants.iter().any(|applicant| seat.applicants.contains(applicant))
            };
            givers.find(same).map(|of| of.site)
        };
        let joined: Vec<_> =
            self.seats.iter().filter_map(|seat| Some((seat.site, from(seat)?))).collect();
        self.seats.retain(|seat| !joined.iter().any(|(site, _)| *site == seat.site));
        self.joined.extend(joined);
    }

    /// The sites that answer, in order.
    pub(super) fn sites(&self) -> impl Iterator<Item = &'a SiteCode> {
        self.seats.iter().map(|seat| seat.site)
    }

    /// The act that opened the case of a site.
    pub(super) fn opened(&self, site: &SiteCode) -> Option<&'a MatterAct> {
        self.seats.iter().find(|seat| seat.site == site).map(|seat| seat.opened)
    }

    /// To whom a site gave its file.
    pub(super) fn given_by(&self, site: &SiteCode) -> Vec<SiteCode> {
        self.given.iter().filter(|gift| gift.of == site).map(|gift| gift.to.clone()).collect()
    }

    /// Of which case an act is by where it was entered: of that of the closest site around it; else
    /// of one below it; else of the first.
    fn owner(&self, act: &MatterAct) -> Option<&'a SiteCode> {
        let (site, first) = (&act.site, self.seats.first()?.site);
        let seats = self.seats.iter().map(|seat| (seat.site, seat.site));
        // A later case takes by what it gives nothing that was there before, or is another's.
        let counts = |gift: &&Gift<'_>| {
            let is_anothers =
                || self.seats.iter().any(|seat| seat.site != gift.of && gift.to.holds(seat.site));
            gift.of == first || (gift.position < act.position && !is_anothers())
        };
        let given = self.given.iter().filter(counts).map(|gift| (&gift.to, gift.of));
        let mut closest: Option<(&SiteCode, &'a SiteCode)> = None;
        for (of, seat) in seats.chain(self.joined.iter().copied()).chain(given) {
            if of.holds(site) && closest.is_none_or(|(best, _)| best != of && best.holds(of)) {
                closest = Some((of, seat));
            }
        }
        let below = || self.seats.iter().find(|seat| site.holds(seat.site)).map(|seat| seat.site);
        closest.map(|(_, seat)| seat).or_else(below).or(Some(first))
    }

    /// Of which case each act is. A correction is of the case of what it corrects; what the engine
    /// entered, of what it rests on.
    pub(super) fn owners(&self, acts: &'a [MatterAct]) -> Vec<Option<&'a SiteCode>> {
        let by_id: HashMap<Uuid, &MatterAct> = acts.iter().map(|act| (act.id, act)).collect();
        let first = self.seats.first().map(|seat| seat.site);
        let owner = |act: &'a MatterAct| {
            let (mut act, mut seen) = (act, HashSet::new());
            while let Event::ActCorrected(body) = &act.event
                && let Some(target) = by_id.get(&body.corrects)
                && seen.insert(act.id)
            {
                act = target;
            }
            if act.entry != Entry::Engine {
                return self.owner(act);
            }
            let grounds = match &act.event {
                Event::ApplicationDeemedAccepted(body) => body.grounds.as_slice(),
                Event::RenewalDeemedGranted(body) => body.grounds.as_slice(),
                _ => &[],
            };
            let rests_on = |at: &u64| acts.iter().find(|of| of.position == *at);
            let ground = grounds.first().and_then(|at| rests_on(&at.0));
            ground.map_or(first, |of| self.owner(of))
        };
        acts.iter().map(owner).collect()
    }
}
