//! 案屬: which cases the acts under one number are, and whose. A number is the windows' own: two
//! sites may use one, by mistake or on purpose, and each then has a case of its own, judged by
//! itself. The acts are gone through in order of position, so that nothing that comes later takes
//! away what was there: a case is opened by a receipt, or an acceptance, of what no case is of yet.

use std::collections::{HashMap, HashSet};

use tongjian_events::values::{ApplicantRef, ItemCode};
use tongjian_events::{Entry, Event, SiteCode};
use uuid::Uuid;

use super::corrections::{Amended, Corrected};
use super::{MatterAct, OtherCase};

/// In so many cases at most an act counts that may be of any.
const MOST: usize = 16;

/// A case under a number.
#[derive(Debug)]
struct Seat<'a> {
    /// The act that opened it, at the site that answers.
    opened: &'a MatterAct,
    applications: Vec<(ApplicantRef, ItemCode)>,
    items: Vec<ItemCode>,
}

/// Of which cases an act may be.
#[derive(Debug, Clone)]
enum Owner {
    /// Of these, by who entered it.
    Of(Vec<usize>),
    /// Of these, for want of a closer one; and of its own site's, should it come to have one.
    For(Vec<usize>),
    /// Of none yet.
    Pending,
}

/// The cases under a number.
#[derive(Debug)]
pub(super) struct Cases<'a> {
    acts: &'a [MatterAct],
    seats: Vec<Seat<'a>>,
    /// The case of each site that has one.
    seat_at: HashMap<SiteCode, usize>,
    /// Sites that entered an application again, and of which case it is.
    joined: HashMap<SiteCode, usize>,
    /// 經手單位: sites to which files were given, and of which cases.
    given: HashMap<SiteCode, Vec<usize>>,
    /// Units that were asked for their opinion, and in which cases.
    asked: HashMap<String, Vec<usize>>,
    owners: Vec<Owner>,
}

fn claims(event: &Event) -> bool {
    matches!(event, Event::ApplicationReceived(_) | Event::ApplicationAccepted(_))
}

/// The sites by whose acts a case may have been opened, annulled ones too, in order of position.
pub(super) fn claimants(acts: &[MatterAct]) -> impl Iterator<Item = &SiteCode> + Clone {
    acts.iter().filter(|act| claims(&act.event)).map(|act| &act.site)
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

/// A site and those above it, the closest first.
fn upwards(site: &SiteCode) -> Vec<SiteCode> {
    let mut found = vec![site.clone()];
    let code = site.as_str();
    for length in [9, 6, 4, 2] {
        let up = code.get(..length).map(|prefix| format!("{prefix:0<12}"));
        let up = up.and_then(|up| SiteCode::new(&up).ok()).filter(|up| up.holds(site));
        found.extend(up.filter(|up| !found.contains(up)));
    }
    found
}

impl<'a> Cases<'a> {
    /// The cases, in the order in which they were opened.
    pub(super) fn of(acts: &'a [MatterAct]) -> Self {
        let mut cases = Self {
            acts,
            seats: Vec::new(),
            seat_at: HashMap::new(),
            joined: HashMap::new(),
            given: HashMap::new(),
            asked: HashMap::new(),
            owners: Vec::with_capacity(acts.len()),
        };
        let corrected = Corrected::of(acts);
        // What was annulled and entered again keeps its place, by what it said.
        let again = |act: &MatterAct| {
            let stands = |of: &MatterAct| {
                of.site == act.site && claims(&of.event) && !corrected.annulled.contains(&of.id)
            };
            claims(&act.event) && acts.iter().any(stands)
        };
        for act in acts {
            let stands = !corrected.annulled.contains(&act.id) || again(act);
            let owner = match stands {
                true => cases.take(act, corrected.on_arrival(act)),
                false => cases.of_site(&act.site),
            };
            cases.owners.push(owner);
            if let Some(Amended { target, was, now }) = corrected.by(act) {
                cases.amend(target, was, now);
            }
        }
        cases
    }

    fn take(&mut self, act: &'a MatterAct, event: &Event) -> Owner {
        match event {
            Event::ApplicationReceived(body) => self.receive(act, &body.applicant, &body.item),
            Event::ApplicationAccepted(body) => self.accept(act, &body.item),
            Event::CoUnitOpinionGiven(body) => {
                let asked = self.asked.get(body.unit.as_str()).cloned();
                asked.map_or_else(|| self.of_site(&act.site), Owner::Of)
            }
            _ => {
                let owner = self.of_site(&act.site);
                if let Some(seat) = self.given_by(&act.site, &owner) {
                    self.give(event, seat);
                }
                owner
            }
        }
    }

    /// A file is given to a unit.
    fn give(&mut self, event: &Event, seat: usize) {
        let add = |of: &mut Vec<usize>| of.extend((!of.contains(&seat)).then_some(seat));
        let Some(unit) = party(event) else { return };
        if let Ok(to) = SiteCode::new(&unit) {
            add(self.given.entry(to).or_default());
        }
        if matches!(event, Event::CoUnitNotified(_)) {
            add(self.asked.entry(unit).or_default());
        }
    }

    /// A correction says from when it came what an act says; what came before was told of by what
    /// the act said then.
    fn amend(&mut self, target: &MatterAct, was: &Event, now: &Event) {
        let own = self.seat_at.get(&target.site).and_then(|seat| self.seats.get_mut(*seat));
        match (was, now, own) {
            (Event::ApplicationReceived(was), Event::ApplicationReceived(now), Some(own)) => {
                let said = (was.applicant.clone(), was.item.clone());
                own.applications.retain(|application| *application != said);
                own.applications.push((now.applicant.clone(), now.item.clone()));
                own.items.retain(|item| *item != was.item);
                own.items.push(now.item.clone());
            }
            (Event::ApplicationAccepted(was), Event::ApplicationAccepted(now), Some(own)) => {
                own.items.retain(|item| *item != was.item);
                own.items.push(now.item.clone());
            }
            _ => self.give_otherwise(&target.site, was, now),
        }
    }

    fn give_otherwise(&mut self, by: &SiteCode, was: &Event, now: &Event) {
        let seat = self.given_by(by, &self.of_site(by));
        let (Some(seat), Some(unit)) = (seat, party(was)) else { return };
        let to = SiteCode::new(&unit).ok();
        let given = to.and_then(|to| self.given.get_mut(&to));
        for of in given.into_iter().chain(self.asked.get_mut(&unit)) {
            of.retain(|giver| *giver != seat);
        }
        self.give(now, seat);
    }

    fn open(&mut self, act: &'a MatterAct) -> usize {
        let seat = self.seats.len();
        self.seats.push(Seat { opened: act, applications: Vec::new(), items: Vec::new() });
        self.seat_at.insert(act.site.clone(), seat);
        seat
    }

    /// A receipt is of the case of its site; of that of the same application; of that of the same
    /// applicant whose file was given to its site; else it opens one.
    fn receive(&mut self, act: &'a MatterAct, applicant: &ApplicantRef, item: &ItemCode) -> Owner {
        let application = (applicant.clone(), item.clone());
        let own = self.seat_at.get(&act.site).copied();
        let seat = own.unwrap_or_else(|| {
            let same = self.seats.iter().position(|of| of.applications.contains(&application));
            let given = self.given.get(&act.site).into_iter().flatten().copied().find(|seat| {
                let seat = self.seats.get(*seat);
                seat.is_some_and(|of| of.applications.iter().any(|(whose, _)| whose == applicant))
            });
            match same.or(given) {
                Some(seat) => {
                    self.joined.insert(act.site.clone(), seat);
                    seat
                }
                None => self.open(act),
            }
        });
        if let Some(of) = self.seats.get_mut(seat) {
            of.applications.push(application);
            of.items.push(item.clone());
        }
        Owner::Of(vec![seat])
    }

    /// An acceptance is of the case of its site; of those of the same item, the closest ones; else
    /// it opens one.
    fn accept(&mut self, act: &'a MatterAct, item: &ItemCode) -> Owner {
        let site = &act.site;
        if let Some(seat) = self.seat_at.get(site).copied() {
            if let Some(of) = self.seats.get_mut(seat) {
                of.items.push(item.clone());
            }
            return Owner::Of(vec![seat]);
        }
        let of_item =
            |seat: &usize| self.seats.get(*seat).is_some_and(|of| of.items.contains(item));
        let closer: Vec<usize> = match self.of_site(site) {
            Owner::Of(seats) | Owner::For(seats) => seats.into_iter().filter(of_item).collect(),
            Owner::Pending => Vec::new(),
        };
        let any = || (0..self.seats.len()).filter(of_item).collect();
        let same = if closer.is_empty() { any() } else { closer };
        match same.as_slice() {
            [] => Owner::Of(vec![self.open(act)]),
            [seat] => {
                self.joined.entry(site.clone()).or_insert(*seat);
                Owner::Of(same)
            }
            _ => Owner::Of(same),
        }
    }

    /// Whose file an act at a site gives away, if it is its to give: the seat's, a site's above it,
    /// or one's to which it was given.
    fn given_by(&self, by: &SiteCode, owner: &Owner) -> Option<usize> {
        let (Owner::Of(seats) | Owner::For(seats)) = owner else { return None };
        let [seat] = seats.as_slice() else { return None };
        let above = self.seats.get(*seat).is_some_and(|of| by.holds(&of.opened.site));
        let given = self.given.get(by).is_some_and(|of| of.contains(seat));
        (above || given).then_some(*seat)
    }

    /// Of which cases an act is by its site: of that of the closest site around it; else of those
    /// below it; else of any.
    fn of_site(&self, site: &SiteCode) -> Owner {
        for up in upwards(site) {
            let own = self.seat_at.get(&up).or_else(|| self.joined.get(&up)).copied();
            if let Some(seat) = own {
                return Owner::Of(vec![seat]);
            }
            if let Some(givers) = self.given.get(&up).filter(|givers| !givers.is_empty()) {
                // What was there before the givers' cases keeps what it would have had; and it may
                // be meant for a case below the site, too.
                let first = givers.iter().copied().min().unwrap_or_default();
                let may_be = |seat: &usize| {
                    let of = self.seats.get(*seat);
                    givers.contains(seat) || of.is_some_and(|of| up.holds(&of.opened.site))
                };
                let later = (first..self.seats.len()).filter(may_be);
                return Owner::Of((0..first).chain(later).take(MOST).collect());
            }
        }
        let below =
            |seat: &usize| self.seats.get(*seat).is_some_and(|of| site.holds(&of.opened.site));
        let below: Vec<usize> = (0..self.seats.len()).filter(below).collect();
        match (below.is_empty(), self.seats.is_empty()) {
            (false, _) => Owner::For(below.into_iter().take(MOST).collect()),
            (true, false) => Owner::For((0..self.seats.len()).take(MOST).collect()),
            (true, true) => Owner::Pending,
        }
    }

    /// The sites that answer, the one first that was the first to use the number.
    pub(super) fn sites(&self) -> impl Iterator<Item = &'a SiteCode> + use<'a> {
        let first = claimants(self.acts).next();
        let mut sites: Vec<&'a SiteCode> =
            self.seats.iter().map(|seat| &seat.opened.site).collect();
        sites.sort_by_key(|site| Some(*site) != first);
        sites.into_iter()
    }

    /// Every case.
    pub(super) fn all(&self) -> Vec<OtherCase> {
        let opened = self.seats.iter().map(|seat| seat.opened);
        let other = |act: &MatterAct| OtherCase {
            site: act.site.clone(),
            position: act.position,
            at: act.occurred_at,
        };
        opened.map(other).collect()
    }

    /// To whom a site gave its file.
    pub(super) fn given_to(&self, site: &SiteCode) -> Vec<SiteCode> {
        let Some(seat) = self.seat_at.get(site) else { return Vec::new() };
        let given = self.given.iter().filter(|(_, of)| of.contains(seat));
        let mut given: Vec<SiteCode> = given.map(|(to, _)| to.clone()).collect();
        given.sort_unstable();
        given
    }

    /// Of which sites' cases each act is; nearly always of one. A correction is of the case of what
    /// it corrects; what the engine entered, of that of its grounds.
    pub(super) fn owners(&self) -> Vec<Vec<&'a SiteCode>> {
        let by_id: HashMap<Uuid, usize> =
            self.acts.iter().enumerate().map(|(at, act)| (act.id, at)).collect();
        let by_position: HashMap<u64, usize> =
            self.acts.iter().enumerate().map(|(at, act)| (act.position, at)).collect();
        let first: Vec<&SiteCode> = self.sites().take(1).collect();
        let owners = |mut at: usize| {
            let mut seen = HashSet::new();
            while let Some(Event::ActCorrected(body)) = self.acts.get(at).map(|act| &act.event)
                && let Some(target) = by_id.get(&body.corrects)
                && seen.insert(at)
            {
                at = *target;
            }
            let act = self.acts.get(at);
            if act.is_some_and(|act| act.entry == Entry::Engine) {
                let grounds = match act.map(|act| &act.event) {
                    Some(Event::ApplicationDeemedAccepted(body)) => body.grounds.as_slice(),
                    Some(Event::RenewalDeemedGranted(body)) => body.grounds.as_slice(),
                    _ => &[],
                };
                let Some(ground) = grounds.first().and_then(|of| by_position.get(&of.0)) else {
                    return first.clone();
                };
                at = *ground;
            }
            self.owner(at)
        };
        (0..self.acts.len()).map(owners).collect()
    }

    fn owner(&self, at: usize) -> Vec<&'a SiteCode> {
        let (Some(act), Some(owner)) = (self.acts.get(at), self.owners.get(at)) else {
            return Vec::new();
        };
        let own = self.seat_at.get(&act.site).copied();
        let mut seats: Vec<usize> = match owner {
            Owner::Of(seats) => seats.clone(),
            Owner::For(seats) => seats.iter().copied().chain(own).collect(),
            // What came before any case is of the first one, and of the closest.
            Owner::Pending => match self.of_site(&act.site) {
                Owner::Of(seats) => std::iter::once(0).chain(seats).collect(),
                Owner::For(_) => vec![0],
                Owner::Pending => Vec::new(),
            },
        };
        seats.sort_unstable();
        seats.dedup();
        let site = |seat: &usize| self.seats.get(*seat).map(|of| &of.opened.site);
        seats.iter().filter_map(site).collect()
    }
}
