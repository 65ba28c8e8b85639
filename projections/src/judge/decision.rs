//! 決定: the promised and the statutory limit side by side, extensions, the lower level's review
//! and the upper leg (art. 42, 43).

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::case::{ApproverRole, ExtendedLimit, ExtensionApproved, Handling, Outcome};
use tongjian_events::policy::{ClockRulesAdopted, PauseExcess};
use tongjian_events::values::Limits;

use super::bench::{Bench, Draft, LeftOut, Mark, mark};
use super::receipt::Acceptance;
use crate::clock::{ClockKind, Ending, Limit};
use crate::finding::FindingKind;
use crate::matter::Effective;

/// One decision clock: which limit an extension of it must name, how long it may be, by whom.
struct Measure {
    kind: ClockKind,
    days: u32,
    extended: ExtendedLimit,
    longest_extension: Option<u32>,
    joint: bool,
}

/// Runs the decision clocks from an acceptance.
pub(super) fn judge(
    bench: &mut Bench<'_>,
    acceptance: Acceptance,
    left_out: &LeftOut,
    over: Option<(Mark, Ending)>,
) {
    let limits = stated_limits(bench);
    let handling = bench.summary.handling;
    let rules = bench.rules(acceptance.start.on);
    let forwarded = bench.first(|e| matches!(e, Event::CaseForwardedUp(_)));
    let reports_up = handling == Some(Handling::ReportUp) || forwarded.is_some();
    let end = end_of_decision(bench, acceptance, over, forwarded.filter(|_| reports_up));
    let measures = measures(&limits, handling, reports_up, rules);
    if let [promised, statutory] = measures.as_slice()
        && promised.days > statutory.days
    {
        let detail = format!(
            "a promise of {} working days, the law gives {}",
            promised.days, statutory.days
        );
        let at = vec![acceptance.start.position];
        bench.find(FindingKind::PromiseBeyondStatute, acceptance.arises_on, at, detail);
    }
    for measure in measures {
        run(bench, &measure, acceptance, left_out, end);
    }
    if rules.is_none() {
        let detail = format!(
            "no clock rules were in force on {}; legal limits are not judged",
            acceptance.start.on
        );
        let at = vec![acceptance.start.position];
        bench.find(FindingKind::NoRuleInForce, acceptance.arises_on, at, detail);
    }
    if let Some(forwarded) = forwarded {
        upper_leg(bench, forwarded);
    }
    order(bench, acceptance);
}

fn stated_limits(bench: &Bench<'_>) -> Limits {
    bench
        .acts
        .iter()
        .find_map(|act| match &*act.event {
            Event::ApplicationAccepted(body) => Some(body.limits),
            _ => None,
        })
        .unwrap_or_default()
}

fn measures(
    limits: &Limits,
    handling: Option<Handling>,
    reports_up: bool,
    rules: Option<&ClockRulesAdopted>,
) -> Vec<Measure> {
    let joint = handling == Some(Handling::Parallel);
    let on_the_spot = (handling == Some(Handling::Direct)).then_some(0);
    let promised = limits.promised_working_days.map(|days| u32::from(days.get())).or(on_the_spot);
    let by_law = rules.map(|rules| match (reports_up, joint) {
        (true, _) => rules.lower_review_working_days,
        (false, true) => rules.joint_working_days,
        (false, false) => rules.statutory_working_days,
    });
    let statutory = limits.statutory_working_days.or(by_law);
    let longest = rules.map(|rules| {
        u32::from(
            if joint { rules.joint_extension_working_days } else { rules.extension_working_days }
                .get(),
        )
    });
    let promised = promised.map(|days| Measure {
        kind: ClockKind::Promised,
        days,
        extended: ExtendedLimit::Promised,
        longest_extension: None,
        joint,
    });
    let statutory = statutory.map(|days| Measure {
        kind: if reports_up { ClockKind::LowerReview } else { ClockKind::Statutory },
        days: u32::from(days.get()),
        extended: ExtendedLimit::Statutory,
        longest_extension: longest,
        joint,
    });
    promised.into_iter().chain(statutory).collect()
}

/// What ends the decision clocks: a decision, a forwarding, a late refusal of acceptance, or the
/// end of the case otherwise, whichever happened first.
fn end_of_decision(
    bench: &Bench<'_>,
    acceptance: Acceptance,
    over: Option<(Mark, Ending)>,
    forwarded: Option<&Effective<'_>>,
) -> Option<(Mark, Ending)> {
    let decided = bench.acts.iter().find(|act| match &*act.event {
        Event::DecisionMade(_) => true,
        Event::ApplicationNotAccepted(_) => act.at >= acceptance.start.at,
        _ => false,
    });
    let done =
        [decided, forwarded].into_iter().flatten().min_by_key(|act| (act.at, act.position()));
    match (done, over) {
        (Some(act), Some((end, _))) if (act.at, act.position()) <= (end.at, end.position) => {
            Some((mark(act), Ending::Done))
        }
        (_, Some(over)) => Some(over),
        (Some(act), None) => Some((mark(act), Ending::Done)),
        (None, None) => None,
    }
}

fn run(
    bench: &mut Bench<'_>,
    measure: &Measure,
    acceptance: Acceptance,
    left_out: &LeftOut,
    end: Option<(Mark, Ending)>,
) {
    let mut draft = Draft::new(measure.kind, acceptance.start, Limit::WorkingDays(measure.days));
    draft.arises_on = acceptance.arises_on;
    draft.left_out = Some(left_out);
    draft.end = end;
    if measure.days == 0
        && let (Some(minutes), Some(rules)) = (acceptance.minutes, bench.rules(acceptance.start.on))
    {
        draft.after_hours = minutes >= rules.close_of_business.minutes();
    }
    if let Some((days, position)) = extension(bench, measure, acceptance, left_out) {
        draft.extended_by = days;
        draft.grounds.push(position);
    }
    bench.run(draft);
}

/// The valid extension of a limit, if there is one. Every void one is a finding.
fn extension(
    bench: &mut Bench<'_>,
    measure: &Measure,
    acceptance: Acceptance,
    left_out: &LeftOut,
) -> Option<(u32, u64)> {
    let mut valid: Option<(u32, u64)> = None;
    let acts = bench.acts;
    for act in acts {
        let Event::ExtensionApproved(body) = &*act.event else { continue };
        if body.of.unwrap_or(ExtendedLimit::Statutory) != measure.extended {
            continue;
        }
        let due = due_before(bench, measure, acceptance, left_out);
        match fault(body, act, measure, due, valid.is_some()) {
            Some((kind, detail)) => bench.find(kind, act.on(), vec![act.position()], detail),
            None => valid = Some((u32::from(body.working_days.get()), act.position())),
        }
        if body.applicant_notified_at.is_none() {
            let detail = format!("approved on {}, the applicant was not told", act.on());
            let kind = FindingKind::ExtensionNotNotified;
            bench.find(kind, act.on(), vec![act.position()], detail);
        }
    }
    valid
}

/// The due day without any extension, under the reading in force.
fn due_before(
    bench: &Bench<'_>,
    measure: &Measure,
    acceptance: Acceptance,
    left_out: &LeftOut,
) -> Option<NaiveDate> {
    let start = acceptance.start.on;
    let counts = bench.rules(start).is_some_and(|r| r.pause_excess == PauseExcess::Count);
    let pauses = if counts { &left_out.declared } else { &left_out.whole };
    bench.calendar().due_with_pauses(start, measure.days, pauses).ok().map(|due| due.on)
}

/// Why an extension is void.
fn fault(
    body: &ExtensionApproved,
    act: &Effective<'_>,
    measure: &Measure,
    due: Option<NaiveDate>,
    again: bool,
) -> Option<(FindingKind, String)> {
    let days = u32::from(body.working_days.get());
    if let Some(due) = due.filter(|due| act.on() > *due) {
        let detail = format!("approved on {}, after the due day {due}: void", act.on());
        return Some((FindingKind::ExtensionApprovedTooLate, detail));
    }
    let may = match (measure.joint, body.approver_role) {
        (_, ApproverRole::HeadOfGovernment) => true,
        (joint, ApproverRole::HeadOfOrgan) => !joint,
        _ => false,
    };
    if !may {
        let who = if measure.joint { "the government" } else { "the organ" };
        let detail = format!("approved by {:?}; the head of {who} must: void", body.approver_role);
        return Some((FindingKind::ExtensionByWrongApprover, detail));
    }
    if let Some(longest) = measure.longest_extension.filter(|longest| days > *longest) {
        let detail = format!("{days} working days, at most {longest} are allowed: void");
        return Some((FindingKind::ExtensionTooLong, detail));
    }
    again.then(|| (FindingKind::ExtensionRepeated, format!("extended again on {}: void", act.on())))
}

/// 上級環節: shown, and judged only where the upper organ's own limit is known.
fn upper_leg(bench: &mut Bench<'_>, forwarded: &Effective<'_>) {
    let Event::CaseForwardedUp(body) = &*forwarded.event else { return };
    let limit = body
        .upper_limit_working_days
        .map_or(Limit::None, |days| Limit::WorkingDays(u32::from(days.get())));
    let back = bench
        .acts
        .iter()
        .find(|act| matches!(&*act.event, Event::UpperResultReceived(_)) && act.at >= forwarded.at);
    let mut draft = Draft::new(ClockKind::UpperLeg, mark(forwarded), limit).done_by(back.map(mark));
    draft.subject = Some(body.to.to_string());
    bench.run(draft);
}

fn order(bench: &mut Bench<'_>, acceptance: Acceptance) {
    let decided = bench.first(|e| matches!(e, Event::DecisionMade(_)));
    let accepted = bench.acts.iter().find(|act| act.position() == acceptance.start.position);
    let (Some(decided), Some(accepted)) = (decided, accepted) else { return };
    let refused_at_once = matches!(&*decided.event,
        Event::DecisionMade(body) if body.outcome == Outcome::Refused)
        && acceptance.deemed;
    if decided.at < accepted.at && !refused_at_once {
        let detail = format!("decided on {}, accepted on {}", decided.on(), accepted.on());
        let positions = vec![accepted.position(), decided.position()];
        bench.find(FindingKind::DecidedBeforeAccepted, accepted.on(), positions, detail);
    }
}
