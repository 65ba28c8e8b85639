//! 延期: which extension lengthens a clock, and why another is void (art. 42).

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::case::{ApproverRole, ExtendedLimit, ExtensionApproved};

use super::ExtensionGiven;
use super::bench::{Bench, LeftOut, Mark, mark};
use super::decision::{Measure, counts_declared};
use crate::finding::FindingKind;
use crate::matter::Effective;

/// A valid extension.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extension {
    /// How many working days.
    pub(super) days: u32,
    /// The act.
    pub(super) by: Mark,
}

/// The valid extension of a limit among those approved from one act on and before another, if
/// there is one. Every void one is a finding.
pub(super) fn extension(
    bench: &mut Bench<'_>,
    measure: &Measure,
    left_out: &LeftOut,
    since: Option<Mark>,
    until: Option<Mark>,
) -> Option<Extension> {
    let mut valid: Option<Extension> = None;
    let acts = bench.acts;
    for act in acts {
        let Event::ExtensionApproved(body) = &*act.event else { continue };
        if body.of.unwrap_or(ExtendedLimit::Statutory) != measure.extended
            || since.is_some_and(|since| act.at < since.at)
            || until.is_some_and(|until| act.at >= until.at)
        {
            continue;
        }
        let due = measure.due(bench, left_out, 0);
        let due = due.filter(|_| !held(bench, measure, left_out, due));
        match fault(body, act, measure, due, valid.is_some()) {
            Some((kind, detail)) => bench.find(kind, act.on(), vec![act.position()], detail),
            None => {
                bench.extending.push(act.position());
                valid = Some(Extension { days: u32::from(body.working_days.get()), by: mark(act) });
            }
        }
        if body.applicant_notified_at.is_none() {
            let detail = format!("approved on {}, the applicant was not told", act.on());
            let kind = FindingKind::ExtensionNotNotified;
            bench.find(kind, act.on(), vec![act.position()], detail);
        }
    }
    valid
}

/// Every extension that was approved, with whether it lengthens a clock.
pub(super) fn given(bench: &mut Bench<'_>) {
    for act in bench.acts {
        let Event::ExtensionApproved(body) = &*act.event else { continue };
        bench.extensions.push(ExtensionGiven {
            on: act.on(),
            working_days: u32::from(body.working_days.get()),
            of: body.of.unwrap_or(ExtendedLimit::Statutory),
            approver_role: body.approver_role,
            reason: body.reason.to_string(),
            counts: bench.extending.contains(&act.position()),
            position: act.position(),
        });
    }
}

/// Whether an open excluded procedure, begun before the due day, holds the clock: then that day
/// cannot pass.
fn held(bench: &Bench<'_>, measure: &Measure, left_out: &LeftOut, due: Option<NaiveDate>) -> bool {
    let start = measure.from.start.on;
    left_out.holding(start, due).is_some() && !counts_declared(bench, start)
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
        let detail = format!("approved by {}; the head of {who} must: void", body.approver_role);
        return Some((FindingKind::ExtensionByWrongApprover, detail));
    }
    if let Some(longest) = measure.longest_extension.filter(|longest| days > *longest) {
        let detail = format!("{days} working days, at most {longest} are allowed: void");
        return Some((FindingKind::ExtensionTooLong, detail));
    }
    again.then(|| (FindingKind::ExtensionRepeated, format!("extended again on {}: void", act.on())))
}
