//! 情形: what a ladder may speak of in a judged case: clocks that are nearly or already due, and
//! findings.

use chrono::NaiveDate;
use tongjian_events::policy::CardTrigger;

use crate::clock::{Clock, ClockKind};
use crate::finding::{Finding, FindingKind};
use crate::judge::Judged;

/// Something that a row of the ladder may speak of.
pub(super) struct Occasion<'j> {
    pub(super) trigger: CardTrigger,
    /// The step, where it concerns one alone.
    pub(super) step: Option<&'j str>,
    pub(super) shows: Shows<'j>,
    pub(super) grounds: &'j [u64],
    /// What happened, in words.
    pub(super) matter: String,
}

/// From when an occasion shows.
#[derive(Clone, Copy)]
pub(super) enum Shows<'j> {
    /// While the clock runs, some days before it is due.
    Before(&'j Clock),
    /// When the clock is past its due day, by as much as the row asks.
    Past(&'j Clock),
    /// From a day on.
    From(NaiveDate),
}

/// What a ladder may speak of in a judged case. `late` says of a finding on an act that was entered
/// after a due day whether it was entered later than the rules allow as well.
pub(super) fn occasions<'j>(
    judged: &'j Judged,
    late: impl Fn(&Finding) -> bool,
) -> Vec<Occasion<'j>> {
    let mut found = Vec::new();
    for clock in &judged.clocks {
        let triggers: &[(CardTrigger, bool)] = match clock.kind {
            ClockKind::Promised => {
                &[(CardTrigger::PromiseNearlyDue, true), (CardTrigger::PromiseOverdue, false)]
            }
            ClockKind::Statutory => &[(CardTrigger::StatuteOverdue, false)],
            ClockKind::LowerReview => &[(CardTrigger::LowerReviewOverdue, false)],
            ClockKind::Receipt => &[(CardTrigger::ReceiptNoticeNearlyDue, true)],
            ClockKind::Step => &[(CardTrigger::StepOverdue, false)],
            _ => &[],
        };
        for (trigger, before) in triggers {
            let due = clock.due_on.map_or_else(String::new, |due| format!(", due on {due}"));
            found.push(Occasion {
                trigger: *trigger,
                step: clock.subject.as_deref(),
                shows: if *before { Shows::Before(clock) } else { Shows::Past(clock) },
                grounds: &clock.grounds,
                matter: format!("{}{due}", clock.kind.as_str()),
            });
        }
    }
    for finding in &judged.findings {
        let Some(trigger) = trigger_of(finding.kind) else { continue };
        if finding.kind == FindingKind::EnteredAfterDue && !late(finding) {
            continue;
        }
        found.push(Occasion {
            trigger,
            step: None,
            shows: Shows::From(finding.arises_on),
            grounds: &finding.positions,
            matter: finding.detail.clone(),
        });
    }
    found
}

/// The trigger that a finding is, if it is one.
const fn trigger_of(kind: FindingKind) -> Option<CardTrigger> {
    match kind {
        FindingKind::NoticeGivenTwice => Some(CardTrigger::NoticeRepeated),
        FindingKind::RefusedWithoutReasons
        | FindingKind::NotAcceptedWithoutReasons
        | FindingKind::ReturnedWithoutReasons => Some(CardTrigger::RefusalWithoutReasons),
        FindingKind::NotAcceptedAfterDeemedAcceptance | FindingKind::NotAcceptedThoughComplete => {
            Some(CardTrigger::ConformingApplicationRefused)
        }
        FindingKind::NegativeDecisionNotFiled => Some(CardTrigger::NegativeDecisionNotFiled),
        FindingKind::LateEntryBeyondLimit | FindingKind::EnteredAfterDue => {
            Some(CardTrigger::LateEntry)
        }
        FindingKind::FeeOffTariff | FindingKind::FeeWithoutBasis => {
            Some(CardTrigger::UnlawfulCharge)
        }
        FindingKind::PauseExceeded | FindingKind::PauseWithoutWrittenNotice => {
            Some(CardTrigger::ExcludedProcedureMisused)
        }
        _ => None,
    }
}

/// The clocks that bound the whole case.
pub(super) const fn is_total(kind: ClockKind) -> bool {
    matches!(kind, ClockKind::Promised | ClockKind::Statutory | ClockKind::LowerReview)
}
