//! 線索: what a case, a card or a complaint contributes to the dockets that the indicators are
//! judged on.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone as _, Timelike as _, Utc};
use tongjian_events::card::{AppealOutcome, Subject};
use tongjian_events::case::Handling;
use tongjian_events::complaint::Rating;
use tongjian_events::values::{ItemCode, StaffId};
use tongjian_events::{ActorKind, Entry, Event, SiteCode, StreamId, StreamKind};

use super::cards::life::due_at;
use super::docket::{Docket, Month, Quarter};
use super::fact::Fact;
use super::traces::{
    Applied, CardFate, CaseMonth, Course, Decided, Entered, Micros, Number, NumberKind, Paused,
    Queued, Review, Seen,
};
use super::{Contribution, governing};
use crate::context::{Context, Jurisdiction};
use crate::judge::Judged;
use crate::matter::{Effective, Matter};

/// What a matter contributes.
pub(super) fn of(
    stream: &StreamId,
    judged: &Judged,
    matter: &Matter,
    context: &Context,
) -> Vec<Contribution> {
    let Some(site) = matter.site() else { return Vec::new() };
    let place = context.jurisdiction(site);
    let view = matter.effective(&place);
    let hand = Hand { site, place, judged, matter, acts: &view.acts };
    match stream.kind() {
        StreamKind::Case => hand.case(context),
        StreamKind::Card => hand.card().into_iter().collect(),
        StreamKind::Complaint => hand.reviews(),
        _ => Vec::new(),
    }
}

/// A judged matter at hand.
struct Hand<'h> {
    site: &'h SiteCode,
    place: Jurisdiction<'h>,
    judged: &'h Judged,
    matter: &'h Matter,
    /// The acts after corrections, in the order they happened.
    acts: &'h [Effective<'h>],
}

/// What a case left, by site and month; with the first day and position of each.
type Months = BTreeMap<(SiteCode, Month), (NaiveDate, u64, CaseMonth)>;

impl Hand<'_> {
    fn case(&self, context: &Context) -> Vec<Contribution> {
        let item = self.judged.summary.item.as_deref().and_then(|item| ItemCode::new(item).ok());
        let mut found = self.months(item.as_ref());
        found.extend(self.accounts());
        found.extend(self.licences());
        if let Some(item) = &item {
            found.extend(self.received(item, context));
            found.extend(self.queued(item));
            found.extend(self.paused(item));
            found.extend(self.charged(item));
        }
        found
    }

    fn first(&self, is: impl Fn(&Event) -> bool) -> Option<&Effective<'_>> {
        self.acts.iter().find(|act| is(&act.event))
    }

    fn months(&self, item: Option<&ItemCode>) -> Vec<Contribution> {
        let mut months = Months::new();
        for act in self.acts {
            let here = |m: &mut CaseMonth| match &*act.event {
                Event::ApplicationReceived(body) if m.received.is_none() => {
                    m.received = Some(act.position());
                    m.ticket.clone_from(&body.queue_ticket);
                }
                Event::DecisionMade(_) | Event::ResultDelivered(_) | Event::CaseClosed(_) => {
                    m.ends.push((act.position(), micros(&act.at)));
                }
                Event::LicenceIssued(_) | Event::FeePaid(_) => m.numbers.extend(number(act)),
                _ => {}
            };
            note(&mut months, self.site, act.on(), act.position(), here);
            if matches!(&*act.event, Event::DecisionMade(_)) {
                note(&mut months, &act.act.site, act.on(), act.position(), |m| {
                    m.by_decision.get_or_insert((act.position(), act.on()));
                });
            }
        }
        if let Some((on, position, _)) = governing(self.judged)
            && let Some(end) = self.acts.iter().find(|act| act.position() == position)
        {
            let minute = end.civil.hour() * 60 + end.civil.minute();
            note(&mut months, self.site, on, position, |m| {
                m.decided = Some(Decided { position, on, minute });
            });
            self.course(&mut months, end);
        }
        self.entries(&mut months);
        let told = |((site, month), (on, position, mut traces)): (_, (_, _, CaseMonth))| {
            traces.item = item.cloned();
            (Docket::SiteMonth(site, month), on, position, Fact::CaseMonth(Box::new(traces)))
        };
        let something = |traces: &CaseMonth| *traces != CaseMonth::default();
        months.into_iter().filter(|(_, (_, _, traces))| something(traces)).map(told).collect()
    }

    /// When acceptance and end were entered, both by hand. What is done on the spot is entered at
    /// once, and rightly.
    fn course(&self, months: &mut Months, end: &Effective<'_>) {
        let accepted = self.first(|e| matches!(e, Event::ApplicationAccepted(_)));
        let by_hand = |act: &Effective<'_>| is_by_hand(act.act.entry);
        let Some(accepted) = accepted.filter(|act| by_hand(act) && by_hand(end)) else { return };
        if self.judged.summary.handling == Some(Handling::Direct) {
            return;
        }
        let on = self.place.day_of(end.act.recorded_at);
        let course = Course {
            accepted: accepted.position(),
            accepted_entered: accepted.act.recorded_at.timestamp_micros(),
            ended: end.position(),
            ended_entered: end.act.recorded_at.timestamp_micros(),
        };
        note(months, self.site, on, end.position(), |m| m.course = Some(course));
    }

    /// The acts as entered; nobody watched what was imported, and the engine has no hours.
    fn entries(&self, months: &mut Months) {
        let watched = |entry: Entry| !matches!(entry, Entry::Import | Entry::Engine);
        for act in self.matter.acts.iter().filter(|act| watched(act.entry)) {
            let entered = Entered {
                position: act.position,
                at: micros(&act.occurred_at),
                entered: act.recorded_at.timestamp_micros(),
                entry: act.entry,
                corrects: matches!(act.event, Event::ActCorrected(_)),
            };
            let on = self.place.day_of(act.recorded_at);
            note(months, &act.site, on, act.position, |m| m.entries.push(entered));
        }
    }

    /// Where each member of staff was, as far as it was entered when it happened or kept on a
    /// device.
    fn accounts(&self) -> Vec<Contribution> {
        let mut accounts: BTreeMap<(StaffId, Month), Vec<Seen>> = BTreeMap::new();
        for act in self.acts {
            let own = &act.act;
            let present = matches!(own.entry, Entry::Window | Entry::Offline);
            if !present || own.actor_kind != ActorKind::Staff {
                continue;
            }
            let seen = Seen {
                position: act.position(),
                at: micros(&act.at),
                on: act.on(),
                site: own.site.clone(),
                window: own.window.clone(),
                device: own.device.clone(),
                decides: matches!(&*act.event, Event::DecisionMade(_)),
            };
            let key = (own.actor.clone(), Month::holding(act.on()));
            accounts.entry(key).or_default().push(seen);
        }
        let told = |((staff, month), seen): ((StaffId, Month), Vec<Seen>)| {
            let first = seen.first().map(|seen| (seen.on, seen.position));
            let (on, position) = first.unwrap_or((month.first(), 0));
            (Docket::AccountMonth(staff, month), on, position, Fact::Seen(seen))
        };
        accounts.into_iter().map(told).collect()
    }

    fn licences(&self) -> Vec<Contribution> {
        let numbers = self.acts.iter().filter_map(|act| Some((act, number(act)?)));
        numbers
            .filter(|(_, number)| number.kind == NumberKind::Licence)
            .map(|(act, number)| {
                let docket = Docket::Series(self.site.clone(), number.around.clone());
                (docket, act.on(), act.position(), Fact::Number(number))
            })
            .collect()
    }

    /// The receipt, to the quarters whose judgement it bears on, and to the applicant's docket.
    fn received(&self, item: &ItemCode, context: &Context) -> Vec<Contribution> {
        let first = self.first(|e| matches!(e, Event::ApplicationReceived(_)));
        let Some(received) = first else { return Vec::new() };
        let Event::ApplicationReceived(body) = &*received.event else { return Vec::new() };
        let (on, position) = (received.on(), received.position());
        let rules = context.policies().indicators.on(on).and_then(|rules| rules.zero_cases);
        let quarters = rules.map_or(0, |rules| rules.quarters.get());
        let quarters = (0..quarters).map(|later| Quarter::holding(on).plus(later));
        let mut found: Vec<Contribution> = quarters
            .map(|quarter| {
                let fact = Fact::CaseReceived { site: self.site.clone() };
                (Docket::ItemQuarter(item.clone(), quarter), on, position, fact)
            })
            .collect();
        let came_back = |act: &&Effective<'_>| {
            matches!(&*act.event, Event::CaseVoided(_) | Event::CaseReturned(_))
        };
        let came_back = self.acts.iter().rfind(came_back);
        let fact = Fact::Applied(Box::new(Applied {
            site: self.site.clone(),
            received: micros(&received.at),
            came_back: came_back.map(|act| (micros(&act.at), act.on(), act.position())),
        }));
        let docket = Docket::Applicant(body.applicant.clone(), item.clone());
        found.push((docket, on, position, fact));
        found
    }

    /// 次序: from the month in which its materials were complete to that of its acceptance, so that
    /// each month holds all that stood in the queue when it accepted.
    fn queued(&self, item: &ItemCode) -> Vec<Contribution> {
        let accepted = self.first(|e| matches!(e, Event::ApplicationAccepted(_)));
        let Some(accepted) = accepted else { return Vec::new() };
        let completes = |event: &Event| match event {
            Event::ApplicationReceived(_) => true,
            Event::SupplementReceived(body) => body.complete,
            _ => false,
        };
        let before = self.acts.iter().take_while(|act| act.position() != accepted.position());
        let Some(ready) = before.filter(|act| completes(&act.event)).last() else {
            return Vec::new();
        };
        let fact = Queued {
            ready: micros(&ready.at),
            ready_by: ready.position(),
            accepted: micros(&accepted.at),
            accepted_on: accepted.on(),
            accepted_by: accepted.position(),
        };
        let (mut month, last) = (Month::holding(ready.on()), Month::holding(accepted.on()));
        let mut found = Vec::new();
        while month <= last {
            let docket = Docket::HandlingMonth(item.clone(), self.site.clone(), month);
            found.push((docket, accepted.on(), accepted.position(), Fact::Queued(fact)));
            month = Month::holding(month.after());
        }
        found
    }

    fn paused(&self, item: &ItemCode) -> Vec<Contribution> {
        let mut found = Vec::new();
        for (at, act) in self.acts.iter().enumerate() {
            let Event::ExcludedProcedureStarted(body) = &*act.event else { continue };
            let mut later = self.acts.iter().skip(at + 1);
            let ended = later.find(|end| match &*end.event {
                Event::ExcludedProcedureEnded(end) => end.procedure == body.procedure,
                Event::DecisionMade(_) | Event::CaseForwardedUp(_) => true,
                Event::CaseClosed(_) | Event::CaseVoided(_) | Event::CaseReturned(_) => true,
                Event::ApplicationWithdrawn(_) => true,
                _ => false,
            });
            let fact = Fact::Paused(Box::new(Paused {
                site: self.site.clone(),
                procedure: body.procedure,
                link: body.special_link.clone(),
                ended: ended.map(|end| (end.on(), end.position())),
            }));
            let (on, month) = (act.on(), Month::holding(act.on()));
            let docket = Docket::HandlingMonth(item.clone(), self.site.clone(), month);
            found.push((docket, on, act.position(), fact.clone()));
            found.push((Docket::Network(Quarter::holding(on)), on, act.position(), fact));
        }
        found
    }

    /// What the case was charged: by its last assessment, or else by its one payment.
    fn charged(&self, item: &ItemCode) -> Option<Contribution> {
        let assessed = self.acts.iter().rev().find_map(|act| match &*act.event {
            Event::FeeAssessed(body) => Some((act, body.tariff_fen.get())),
            _ => None,
        });
        let charges = |e: &Event| {
            matches!(e, Event::FeePaid(_) | Event::FeeWaived(_) | Event::FeeRefunded(_))
        };
        let mut paid = self.acts.iter().filter(|act| charges(&act.event));
        let alone = paid.next().filter(|_| paid.next().is_none());
        let alone = alone.and_then(|act| match &*act.event {
            Event::FeePaid(body) => Some((act, body.amount_fen.get())),
            _ => None,
        });
        let (act, fen) = assessed.or(alone)?;
        let month = Month::holding(act.on());
        let docket = Docket::HandlingMonth(item.clone(), self.site.clone(), month);
        Some((docket, act.on(), act.position(), Fact::Charged { fen }))
    }

    /// A card of a unit, with what was decided on it, to the quarter in which it fell due.
    fn card(&self) -> Option<Contribution> {
        let (issued, subject) =
            self.acts.iter().find_map(|act| Some((act, subject(&act.event)?)))?;
        let decided = self.acts.iter().rev().find_map(|act| match &*act.event {
            Event::AppealDecided(body) => Some((act, body)),
            _ => None,
        });
        let fact = CardFate {
            unit: subject.unit.clone(),
            officer: decided.map(|(_, body)| body.decided_by.clone()),
            withdrawn: decided.is_some_and(|(_, body)| body.outcome == AppealOutcome::Withdrawn),
        };
        let position = decided.map_or(issued.position(), |(act, _)| act.position());
        let on = self.place.civil(&due_at(issued)).date();
        let docket = Docket::Network(Quarter::holding(on));
        Some((docket, on, position, Fact::CardFate(Box::new(fact))))
    }

    fn reviews(&self) -> Vec<Contribution> {
        let reviews = self.acts.iter().filter_map(|act| match &*act.event {
            Event::ReviewSubmitted(body) => Some((act, body)),
            _ => None,
        });
        reviews
            .map(|(act, body)| {
                let site = body.about.site.clone().unwrap_or_else(|| act.act.site.clone());
                let bad = matches!(body.rating, Rating::Dissatisfied | Rating::VeryDissatisfied);
                let review = Review {
                    at: micros(&act.at),
                    satisfied: !bad,
                    device: act.act.device.clone(),
                    case: body.about.case.clone(),
                };
                let docket = Docket::SiteMonth(site, Month::holding(act.on()));
                (docket, act.on(), act.position(), Fact::Review(Box::new(review)))
            })
            .collect()
    }
}

fn note(
    months: &mut Months,
    site: &SiteCode,
    on: NaiveDate,
    position: u64,
    told: impl FnOnce(&mut CaseMonth),
) {
    let key = (site.clone(), Month::holding(on));
    let (first, at, traces) =
        months.entry(key).or_insert_with(|| (on, position, CaseMonth::default()));
    (*first, *at) = ((*first).min(on), (*at).min(position));
    told(traces);
}

/// Whether somebody entered it at a window, at once or afterwards.
pub(super) const fn is_by_hand(entry: Entry) -> bool {
    matches!(entry, Entry::Window | Entry::BackEntry)
}

fn micros(at: &DateTime<FixedOffset>) -> Micros {
    at.timestamp_micros()
}

/// The civil time of an instant at a place.
pub(super) fn civil(place: &Jurisdiction<'_>, at: Micros) -> Option<chrono::NaiveDateTime> {
    let at: DateTime<Utc> = Utc.timestamp_micros(at).single()?;
    Some(at.with_timezone(&place.time_zone).naive_local())
}

/// The subject of a card when it is issued; a warning is none that is withdrawn.
fn subject(event: &Event) -> Option<&Subject> {
    match event {
        Event::YellowCardIssued(body) => Some(&body.subject),
        Event::RedCardIssued(body) => Some(&body.subject),
        Event::SeriousViolationMarked(body) => Some(&body.subject),
        Event::UnitCardIssued(body) => Some(&body.subject),
        _ => None,
    }
}

/// The number on a document that an act gave out: the last digits of its text.
fn number(act: &Effective<'_>) -> Option<Number> {
    let (kind, text) = match &*act.event {
        Event::LicenceIssued(body) => (NumberKind::Licence, body.licence_no.as_str()),
        Event::FeePaid(body) => (NumberKind::Receipt, body.receipt_no.as_ref()?.as_str()),
        _ => return None,
    };
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (head, tail) = (text.get(..end)?, text.get(end..)?);
    let begin = head.rfind(|c: char| !c.is_ascii_digit());
    let begin = begin.map_or(0, |at| at + head.get(at..).map_or(1, first_len));
    let number = head.get(begin..)?.parse().ok()?;
    let around = format!("{}#{tail}", head.get(..begin)?);
    Some(Number { kind, around, number, position: act.position() })
}

fn first_len(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}
