//! 投訴: the clocks of a complaint, and whether it went where it belongs. What the complaint rules
//! speak of is judged where they were in force on the day of receipt.

use tongjian_events::Event;
use tongjian_events::case::ApproverRole;
use tongjian_events::complaint::{
    CompetentOrgan, ComplaintClosure, ComplaintExtensionApproved, ComplaintReceived, ComplaintRoute,
};
use tongjian_events::policy::ComplaintRulesAdopted;
use tongjian_events::values::UnitCode;

use super::bench::{Bench, Draft, Mark, mark};
use super::receipt::no_rules;
use crate::clock::{ClockKind, Ending, Limit};
use crate::context::Context;
use crate::finding::FindingKind;
use crate::matter::Effective;

/// Judges a complaint: five working days to accept and ten to answer; as a petition fifteen and
/// sixty calendar days, rolled forward off a day off.
pub(super) fn judge(bench: &mut Bench<'_>) {
    let Some(received) = bench.first(|e| matches!(e, Event::ComplaintReceived(_))) else { return };
    let Event::ComplaintReceived(body) = &*received.event else { return };
    bench.summary.received_on = Some(received.on());
    refusals(bench);
    let own = rules(bench.context, received);
    if let Some(rules) = own {
        routing(bench, body, rules);
        closing(bench);
        reviews(bench, body, rules);
    }
    clocks(bench, received, body, own);
}

/// The complaint rules that judge a complaint or a review: those of the day it was received.
pub(crate) fn rules<'c>(
    context: &'c Context,
    received: &Effective<'_>,
) -> Option<&'c ComplaintRulesAdopted> {
    context.policies().complaints.on(received.on())
}

fn clocks(
    bench: &mut Bench<'_>,
    received: &Effective<'_>,
    body: &ComplaintReceived,
    own: Option<&ComplaintRulesAdopted>,
) {
    let Some(rules) = bench.rules(received.on()) else { return no_rules(bench, received) };
    let (accept, answer) = match body.route {
        ComplaintRoute::ESupervision => (
            Limit::WorkingDays(u32::from(rules.complaint_acceptance_working_days.get())),
            Limit::WorkingDays(u32::from(rules.complaint_answer_working_days.get())),
        ),
        ComplaintRoute::Petition => (
            Limit::CalendarDays(u32::from(rules.petition_acceptance_calendar_days.get())),
            Limit::CalendarDays(u32::from(rules.petition_answer_calendar_days.get())),
        ),
    };
    let said = bench.first(is_said).map(mark);
    let answered = bench.first(is_answer).map(mark);
    let withdrawn = bench.first(
        |e| matches!(e, Event::ComplaintClosed(b) if b.closure == ComplaintClosure::Withdrawn),
    );
    let withdrawn = withdrawn.map(|act| (mark(act), Ending::Stopped));
    let end = |done: Option<Mark>| {
        let done = done.map(|mark| (mark, Ending::Done));
        let ends = [done, withdrawn].into_iter().flatten();
        ends.min_by_key(|(mark, _)| (mark.at, mark.position))
    };
    let mut acceptance = Draft::new(ClockKind::ComplaintAcceptance, mark(received), accept);
    acceptance.end = end(said);
    bench.run(acceptance);
    let mut draft = Draft::new(ClockKind::ComplaintAnswer, mark(received), answer);
    draft.end = end(answered);
    if let Some(own) = own
        && let Some((extension, days)) = extension(bench, received, body, own, answer)
    {
        draft.extended_by = days;
        draft.grounds.push(extension.position);
    }
    bench.run(draft);
}

/// Whether the complainant was told what becomes of the complaint.
fn is_said(event: &Event) -> bool {
    matches!(event, Event::ComplaintAccepted(_)) || is_answer(event)
}

/// Whether nothing is owed any longer: answered, refused, or sent where it belongs.
fn is_answer(event: &Event) -> bool {
    matches!(
        event,
        Event::ComplaintReplied(_)
            | Event::ComplaintNotAccepted(_)
            | Event::ComplaintTransferred(_)
    )
}

fn refusals(bench: &mut Bench<'_>) {
    let acts = bench.acts;
    for act in acts {
        let Event::ComplaintNotAccepted(body) = &*act.event else { continue };
        if body.reasons.is_none() {
            let detail = format!("on {}, no reasons were given", act.on());
            let kind = FindingKind::ComplaintNotAcceptedWithoutReasons;
            bench.find(kind, act.on(), vec![act.position()], detail);
        }
    }
}

/// The organ that an act gives a complaint to, and the unit's name; `None` where it gives it to
/// nobody.
pub(crate) fn given_to<'e>(
    event: &'e Event,
    rules: &ComplaintRulesAdopted,
) -> Option<(&'e UnitCode, Option<CompetentOrgan>)> {
    let (to, organ) = match event {
        Event::ComplaintRouted(body) => (&body.to, body.organ),
        Event::ComplaintTransferred(body) => (&body.to, body.organ),
        _ => return None,
    };
    Some((to, organ.or_else(|| rules.routing.organ(to))))
}

/// 投訴分工: a complaint belongs to the organ that its category names. Petitions follow their own
/// regulation. Where it was given to nobody it is with the service centre that received it; a unit
/// that is none of the organs is not judged.
fn routing(bench: &mut Bench<'_>, body: &ComplaintReceived, rules: &ComplaintRulesAdopted) {
    if body.route != ComplaintRoute::ESupervision {
        return;
    }
    let Some(competent) = rules.routing.competent(body.category) else { return };
    let category = body.category;
    let mut with = Some(CompetentOrgan::ServiceCentre);
    let acts = bench.acts;
    for act in acts {
        if let Some((to, organ)) = given_to(&act.event, rules) {
            with = organ;
            if organ.is_some_and(|organ| organ != competent) {
                let detail = format!(
                    "a complaint of {category} was given to {to} on {}; it belongs to {competent}",
                    act.on()
                );
                let kind = FindingKind::ComplaintMisrouted;
                bench.find(kind, act.on(), vec![act.position()], detail);
            }
        }
        let Event::ComplaintNotAccepted(refusal) = &*act.event else { continue };
        let elsewhere = refusal.redirected_to.as_ref();
        if elsewhere.is_some() || with.is_some_and(|organ| organ != competent) {
            let whose = elsewhere.map_or_else(|| competent.to_string(), ToString::to_string);
            let detail = format!(
                "a complaint of {category} was not accepted on {}; it should have been transferred \
                 to {whose}",
                act.on()
            );
            let kind = FindingKind::ComplaintNotTransferred;
            bench.find(kind, act.on(), vec![act.position()], detail);
        }
    }
}

/// A complaint is closed by what happened to it, and not by saying so.
fn closing(bench: &mut Bench<'_>) {
    let acts = bench.acts;
    for (place, act) in acts.iter().enumerate() {
        let Event::ComplaintClosed(body) = &*act.event else { continue };
        let needs: fn(&Event) -> bool = match body.closure {
            ComplaintClosure::Answered => |e| matches!(e, Event::ComplaintReplied(_)),
            ComplaintClosure::Transferred => |e| matches!(e, Event::ComplaintTransferred(_)),
            ComplaintClosure::NotAccepted => |e| matches!(e, Event::ComplaintNotAccepted(_)),
            ComplaintClosure::Withdrawn => continue,
        };
        if !acts.iter().take(place).any(|before| needs(&before.event)) {
            let detail = format!("closed as {} on {}; nothing shows it", body.closure, act.on());
            let kind = FindingKind::ComplaintClosedWithoutAnswer;
            bench.find(kind, act.on(), vec![act.position()], detail);
        }
    }
}

/// 延長辦理: the first valid extension of a petition's answer. Every void one is a finding.
fn extension(
    bench: &mut Bench<'_>,
    received: &Effective<'_>,
    body: &ComplaintReceived,
    rules: &ComplaintRulesAdopted,
    answer: Limit,
) -> Option<(Mark, u32)> {
    let (Limit::CalendarDays(days) | Limit::WorkingDays(days)) = answer else { return None };
    let last = received.on().checked_add_days(chrono::Days::new(u64::from(days)))?;
    let due = bench.calendar().due(last, 0).ok().map(|due| due.on);
    let mut valid = None;
    let acts = bench.acts;
    for act in acts {
        let Event::ComplaintExtensionApproved(extension) = &*act.event else { continue };
        let most = rules.petition_extension_calendar_days.get();
        let fault = if body.route == ComplaintRoute::ESupervision {
            Some("only a petition may be given more time".to_owned())
        } else if let Some(due) = due.filter(|due| act.on() > *due) {
            Some(format!("approved on {}, after the due day {due}", act.on()))
        } else {
            fault(extension, most, valid.is_some())
        };
        match fault {
            Some(detail) => {
                let kind = FindingKind::ComplaintExtensionVoid;
                bench.find(kind, act.on(), vec![act.position()], detail);
            }
            None => valid = Some((mark(act), u32::from(extension.calendar_days.get()))),
        }
        if extension.complainant_told_at.is_none() {
            let detail = format!("approved on {}; the complainant was not told", act.on());
            let kind = FindingKind::ComplaintExtensionNotTold;
            bench.find(kind, act.on(), vec![act.position()], detail);
        }
    }
    valid
}

fn fault(extension: &ComplaintExtensionApproved, most: u16, again: bool) -> Option<String> {
    let days = extension.calendar_days.get();
    let role = extension.approver_role;
    if again {
        Some("it had been extended before".to_owned())
    } else if days > most {
        Some(format!("{days} calendar days were given, at most {most} may be"))
    } else if !matches!(role, ApproverRole::HeadOfOrgan | ApproverRole::HeadOfGovernment) {
        Some(format!("{role} approved; the head of the organ must"))
    } else {
        None
    }
}

/// 復查與復核: each request of a petitioner starts a clock of its own, ended by the next answer.
fn reviews(bench: &mut Bench<'_>, body: &ComplaintReceived, rules: &ComplaintRulesAdopted) {
    if body.route != ComplaintRoute::Petition {
        return;
    }
    let limits = [rules.petition_review_calendar_days, rules.petition_re_review_calendar_days];
    let asked: Vec<_> = bench.every(|e| matches!(e, Event::ComplaintAppealed(_))).collect();
    for (request, limit) in asked.into_iter().zip(limits) {
        let mut later = bench.acts.iter().filter(|act| act.at >= request.at);
        let end = later.find(|act| matches!(&*act.event, Event::ComplaintReplied(_)));
        let limit = Limit::CalendarDays(u32::from(limit.get()));
        let draft = Draft::new(ClockKind::ComplaintReview, mark(request), limit);
        bench.run(draft.done_by(end.map(mark)));
    }
}
