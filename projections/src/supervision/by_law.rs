//! 法定效果: what the law itself does by silence: acceptance (art. 32), renewal (art. 50). It
//! happens at the moment it falls due, whoever writes it down when.

use tongjian_events::case::{ApplicationDeemedAccepted, RenewalDeemedGranted};
use tongjian_events::values::{CalendarDays, Code, Edition, Position};
use tongjian_events::{Event, StreamId, StreamKind};

use super::duty::{Duty, first_moment};
use crate::clock::{Clock, ClockKind};
use crate::context::Context;
use crate::finding::FindingKind;
use crate::judge::Judged;
use crate::matter::Matter;

/// The rule that these acts cite.
const RULE: &str = "clock-rules";

/// What the law has done in a case and nobody has entered yet.
#[must_use]
pub fn duties(stream: &StreamId, judged: &Judged, matter: &Matter, context: &Context) -> Vec<Duty> {
    let Some(site) = matter.site().filter(|_| stream.kind() == StreamKind::Case) else {
        return Vec::new();
    };
    let place = context.jurisdiction(site);
    let entered = |is: fn(&Event) -> bool| matter.acts.iter().any(|act| is(&act.event));
    let mut duties = Vec::new();
    for finding in &judged.findings {
        let event = match finding.kind {
            FindingKind::DeemedAcceptedBySilence
                if !entered(|e| matches!(e, Event::ApplicationDeemedAccepted(_))) =>
            {
                accepted(judged, &finding.positions)
            }
            FindingKind::RenewalDeemedGranted
                if !entered(|e| matches!(e, Event::RenewalDeemedGranted(_))) =>
            {
                renewed(judged, matter, &finding.positions)
            }
            _ => None,
        };
        let due_at = first_moment(&place, finding.arises_on);
        duties.extend(event.zip(due_at).map(|(event, due_at)| Duty {
            stream: stream.clone(),
            after: matter.held(),
            due_at,
            until_at: None,
            by_law: true,
            event,
        }));
    }
    duties
}

fn clock(judged: &Judged, kind: ClockKind) -> Option<&Clock> {
    judged.clocks.iter().find(|clock| clock.kind == kind)
}

fn accepted(judged: &Judged, grounds: &[u64]) -> Option<Event> {
    let receipt = clock(judged, ClockKind::Receipt)?;
    Some(Event::from(ApplicationDeemedAccepted {
        effective_on: receipt.started_on,
        notice_was_due_on: receipt.due_on?,
        rule: Code::new(RULE).ok()?,
        rule_edition: Edition::new(i64::from(receipt.rule_edition?)).ok()?,
        grounds: grounds.iter().copied().map(Position).collect(),
    }))
}

fn renewed(judged: &Judged, matter: &Matter, grounds: &[u64]) -> Option<Event> {
    let clock = clock(judged, ClockKind::Renewal)?;
    let (received, expired) = (clock.started_on, clock.due_on?);
    let licence = matter.acts.iter().find_map(|act| match &act.event {
        Event::ApplicationReceived(body) => body.renews.as_ref(),
        _ => None,
    })?;
    Some(Event::from(RenewalDeemedGranted {
        licence_no: licence.licence_no.clone(),
        expired_on: expired,
        applied_days_before: CalendarDays::new((expired - received).num_days()).ok()?,
        rule: Code::new(RULE).ok()?,
        rule_edition: Edition::new(i64::from(clock.rule_edition?)).ok()?,
        grounds: grounds.iter().copied().map(Position).collect(),
    }))
}
