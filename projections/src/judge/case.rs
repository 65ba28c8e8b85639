//! 辦件: one case, from receipt to delivery, clock by clock.

use tongjian_events::Event;
use tongjian_events::case::{Outcome, SourceStatement};

use super::bench::{Bench, Draft, Mark, mark};
use super::receipt::Acceptance;
use super::{
    Stated, StatedOutcome, abuse, charges, decision, disorder, ends, extension, fees, haste,
    negative, parties, pause, receipt, refuted, renewal,
};
use crate::clock::{ClockKind, Ending, Limit};
use crate::finding::FindingKind;

/// Judges a case.
pub(super) fn judge(bench: &mut Bench<'_>) {
    summarise(bench);
    let over = ends::first(bench);
    bench.over = over;
    let acceptance = receipt::judge(bench, over);
    let over = ends::after(bench, over, acceptance);
    bench.over = over;
    let left_out = pause::left_out(bench, acceptance.map(|acceptance| acceptance.start.on));
    if let Some(acceptance) = acceptance {
        bench.summary.accepted_on = Some(acceptance.start.on);
        bench.summary.accepted_known_on = Some(acceptance.arises_on);
        bench.summary.deemed_accepted = acceptance.deemed;
    }
    decision::judge(bench, acceptance, &left_out, over);
    extension::given(bench);
    delivery(bench);
    steps(bench);
    co_units(bench);
    visits(bench, acceptance);
    hearings(bench);
    renewal::judge(bench);
    refuted::judge(bench, acceptance);
    disorder::judge(bench);
    disorder::acceptance(bench, acceptance);
    disorder::unsupported(bench);
    charges::judge(bench);
    negative::judge(bench);
    parties::judge(bench);
    abuse::judge(bench, &left_out);
    haste::judge(bench, acceptance);
    fees::judge(bench, acceptance);
}

/// The figures of the case, from the acts that state them.
fn summarise(bench: &mut Bench<'_>) {
    let acts = bench.acts;
    let s = &mut bench.summary;
    for act in acts {
        match &*act.event {
            Event::ApplicationReceived(body) => {
                s.item.get_or_insert_with(|| body.item.to_string());
                s.handling.get_or_insert(body.handling);
            }
            Event::ApplicationAccepted(body) => {
                s.item = Some(body.item.to_string());
                s.handling = Some(body.handling);
            }
            Event::DecisionMade(body) if s.decided_on.is_none() => {
                s.decided_on = Some(act.on());
                s.outcome = Some(body.outcome);
            }
            _ => {}
        }
        if s.stated.is_none() {
            s.stated = statement(&act.event).map(stated);
        }
    }
}

pub(super) fn statement(event: &Event) -> Option<&SourceStatement> {
    match event {
        Event::ApplicationReceived(body) => body.source_statement.as_ref(),
        Event::ApplicationAccepted(body) => body.source_statement.as_ref(),
        Event::StepCompleted(body) => body.source_statement.as_ref(),
        Event::DecisionMade(body) => body.source_statement.as_ref(),
        Event::ResultDelivered(body) => body.source_statement.as_ref(),
        _ => None,
    }
}

fn stated(of: &SourceStatement) -> Stated {
    let (due_at, ended_at) = (of.due_at.map(|at| at.0), of.ended_at.map(|at| at.0));
    let outcome = match (due_at, ended_at) {
        (None, _) => StatedOutcome::NoDeadline,
        (Some(_), None) => StatedOutcome::Open,
        (Some(due), Some(end)) if end > due => StatedOutcome::Overdue,
        (Some(_), Some(_)) => StatedOutcome::OnTime,
    };
    Stated { started_at: of.started_at.map(|at| at.0), due_at, ended_at, outcome }
}

/// 送達: ten working days from a grant to its delivery, or to the notice to collect it.
fn delivery(bench: &mut Bench<'_>) {
    let granted = bench.first(|event| match event {
        Event::DecisionMade(body) => body.outcome == Outcome::Granted,
        Event::UpperResultReceived(body) => body.outcome == Outcome::Granted,
        _ => false,
    });
    let ends = |event: &Event| {
        matches!(event, Event::ResultDelivered(_) | Event::CollectionNoticeGiven(_))
    };
    let Some(granted) = granted else { return };
    if let Some(early) =
        bench.first(|e| matches!(e, Event::ResultDelivered(_))).filter(|a| a.at < granted.at)
    {
        let detail = format!("delivered on {}, decided on {}", early.on(), granted.on());
        let positions = vec![early.position(), granted.position()];
        bench.find(FindingKind::DeliveredBeforeDecided, granted.on(), positions, detail);
    }
    let Some(rules) = bench.rules(granted.on()) else { return };
    let limit = Limit::WorkingDays(u32::from(rules.delivery_working_days.get()));
    let end = bench.acts.iter().find(|act| ends(&act.event) && act.at >= granted.at);
    let draft = Draft::new(ClockKind::Delivery, mark(granted), limit).done_by(end.map(mark));
    bench.run(draft);
}

/// The start of a clock of its own: its place in the order of what happened, its act, its subject,
/// its limit.
type Start = (usize, Mark, String, Option<u32>);
/// The end of one: its place, its act, its subject, and whether what was waited for was done.
type End = (usize, Mark, String, Ending);

/// Runs a clock for each start that carries a limit, ended by the first end of the same subject
/// that happened later; in which order they were entered does not matter.
fn paired(bench: &mut Bench<'_>, kind: ClockKind, starts: &[Start], ends: &[End]) {
    let mut used: Vec<usize> = Vec::new();
    for (place, start, subject, limit) in starts {
        let found = ends.iter().enumerate().find(|(index, (after, _, of, _))| {
            of == subject && after > place && !used.contains(index)
        });
        if let Some((index, _)) = found {
            used.push(index);
        }
        let Some(limit) = limit else { continue };
        let mut draft = Draft::new(kind, *start, Limit::WorkingDays(*limit));
        draft.end = found.map(|(_, (_, end, _, ending))| (*end, *ending));
        draft.subject = Some(subject.clone());
        bench.run(draft);
    }
}

fn steps(bench: &mut Bench<'_>) {
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    for (place, act) in bench.acts.iter().enumerate() {
        match &*act.event {
            Event::StepStarted(body) => {
                let limit = body.limit_working_days.map(|days| u32::from(days.get()));
                starts.push((place, mark(act), body.step.to_string(), limit));
            }
            Event::StepCompleted(body) => {
                ends.push((place, mark(act), body.step.to_string(), Ending::Done));
            }
            _ => {}
        }
    }
    paired(bench, ClockKind::Step, &starts, &ends);
}

fn co_units(bench: &mut Bench<'_>) {
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    for (place, act) in bench.acts.iter().enumerate() {
        match &*act.event {
            Event::CoUnitNotified(body) => {
                let limit = body.limit_working_days.map(|days| u32::from(days.get()));
                starts.push((place, mark(act), body.unit.to_string(), limit));
            }
            Event::CoUnitOpinionGiven(body) => {
                ends.push((place, mark(act), body.unit.to_string(), Ending::Done));
            }
            // Consent that the lead unit reads into silence or absence ends the waiting; the unit
            // did nothing for it.
            Event::CoUnitSilenceTakenAsConsent(body) => {
                ends.push((place, mark(act), body.unit.to_string(), Ending::Stopped));
            }
            Event::CoUnitAbsenceTakenAsConsent(body) => {
                ends.push((place, mark(act), body.unit.to_string(), Ending::Stopped));
            }
            Event::JointReviewHeld(body) => ends.extend(
                body.attended.iter().map(|unit| (place, mark(act), unit.to_string(), Ending::Done)),
            ),
            _ => {}
        }
    }
    paired(bench, ClockKind::CoUnit, &starts, &ends);
}

/// 現場踏勘: from acceptance, or from its arrangement where no acceptance was known yet.
fn visits(bench: &mut Bench<'_>, acceptance: Option<Acceptance>) {
    let acts = bench.acts;
    for (place, act) in acts.iter().enumerate() {
        match &*act.event {
            Event::SiteVisitScheduled(body) => {
                let known = acceptance.filter(|acceptance| acceptance.arises_on <= act.on());
                let start = known.map_or(mark(act), |acceptance| acceptance.start);
                let rules = bench.rules(start.on).map(|rules| rules.site_visit_working_days);
                let Some(limit) = body.limit_working_days.or(rules) else { continue };
                let mut later = acts.iter().skip(place);
                let end = later.find(|a| matches!(&*a.event, Event::SiteVisitMade(_)));
                let limit = Limit::WorkingDays(u32::from(limit.get()));
                let mut draft =
                    Draft::new(ClockKind::SiteVisit, start, limit).done_by(end.map(mark));
                draft.arises_on = act.on().max(start.on);
                draft.grounds.push(act.position());
                bench.run(draft);
            }
            Event::SiteVisitMade(body) if body.staff.len() < 2 => {
                let detail = format!("{} went on {}; two or more must", body.staff.len(), act.on());
                let kind = FindingKind::SiteVisitByFewerThanTwo;
                bench.find(kind, act.on(), vec![act.position()], detail);
            }
            _ => {}
        }
    }
}

fn hearings(bench: &mut Bench<'_>) {
    let asked: Vec<_> = bench.every(|e| matches!(e, Event::HearingRequested(_))).collect();
    let mut held: Vec<_> = bench.every(|e| matches!(e, Event::HearingHeld(_))).collect();
    for request in asked {
        let Some(rules) = bench.rules(request.on()) else { continue };
        let limit = Limit::WorkingDays(u32::from(rules.hearing_working_days.get()));
        // Each hearing answers one request, the first one that it can.
        let end = held.iter().position(|hearing| hearing.at >= request.at);
        let end = end.map(|index| mark(held.remove(index)));
        bench.run(Draft::new(ClockKind::Hearing, mark(request), limit).done_by(end));
    }
}
