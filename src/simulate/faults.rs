//! 差錯: how often a window errs. Wuhu found 13 cards in some 80,000 cases, other cities up to one
//! in a thousand; a simulation in which every fifth case is wrong teaches nothing.

use rand::{Rng, RngExt as _};

/// A fault that a case may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// 承諾超期: decided after the promise, within the statute.
    PromiseMissed,
    /// 法定超期: decided after the statute.
    StatuteMissed,
    /// 多次告知: told twice what is missing.
    NoticedTwice,
    /// 逾期未告知: silent past the receipt period.
    Silent,
    /// 未書面告知: an excluded procedure without written notice.
    PauseUnnoticed,
    /// 特別程序超時: an excluded procedure longer than declared.
    PauseExceeded,
    /// 未說明理由: refused without reasons.
    RefusedWithoutReasons,
    /// 逾期延期: an extension approved after the due day.
    ExtensionTooLate,
    /// 超期補錄: entered more than one working day late.
    EnteredLate,
    /// 不予受理未說明理由: acceptance refused without reasons.
    NotAcceptedWithoutReasons,
    /// 越權延期: an extension approved by the head of the window.
    ExtensionByWrongApprover,
    /// 單人踏勘: the site visited by one alone.
    VisitedAlone,
    /// 自行批准更正: a correction approved by the one who had entered the act.
    CorrectionSelfApproved,
}

/// Each fault with how many cases there are for one of it. Together about one in a thousand.
const RATES: &[(Fault, u32)] = &[
    (Fault::PromiseMissed, 4_000),
    (Fault::StatuteMissed, 20_000),
    (Fault::NoticedTwice, 8_000),
    (Fault::Silent, 10_000),
    (Fault::PauseUnnoticed, 10_000),
    (Fault::PauseExceeded, 8_000),
    (Fault::RefusedWithoutReasons, 10_000),
    (Fault::ExtensionTooLate, 40_000),
    (Fault::EnteredLate, 8_000),
    (Fault::NotAcceptedWithoutReasons, 40_000),
    (Fault::ExtensionByWrongApprover, 40_000),
    (Fault::VisitedAlone, 20_000),
    (Fault::CorrectionSelfApproved, 40_000),
];

/// The findings that are worth a card by the default policy, and that a simulated history may
/// hold only where they were planted. A promise or a statute missed shows on the clocks.
pub const CARD_WORTHY: &[(Fault, &str)] = &[
    (Fault::NoticedTwice, "notice_given_twice"),
    (Fault::Silent, "deemed_accepted_by_silence"),
    (Fault::PauseUnnoticed, "pause_without_written_notice"),
    (Fault::PauseExceeded, "pause_exceeded"),
    (Fault::RefusedWithoutReasons, "refused_without_reasons"),
    (Fault::ExtensionTooLate, "extension_approved_too_late"),
    (Fault::EnteredLate, "late_entry_beyond_limit"),
    (Fault::NotAcceptedWithoutReasons, "not_accepted_without_reasons"),
    (Fault::ExtensionByWrongApprover, "extension_by_wrong_approver"),
    (Fault::VisitedAlone, "site_visit_by_fewer_than_two"),
    (Fault::CorrectionSelfApproved, "correction_self_approved"),
];

/// The faults that were drawn and wait for a case in which they can happen, so that what a site
/// handles does not change how many there are.
#[derive(Debug, Default)]
pub(super) struct Drawn(Vec<Fault>);

impl Drawn {
    /// The fault of the next case, if it has one.
    pub(super) fn next(
        &mut self,
        rng: &mut impl Rng,
        times: u32,
        suits: impl Fn(Fault) -> bool,
    ) -> Option<Fault> {
        self.0.extend(draw(rng, times));
        let at = self.0.iter().position(|fault| suits(*fault))?;
        Some(self.0.remove(at))
    }
}

fn draw(rng: &mut impl Rng, times: u32) -> Option<Fault> {
    let mut at = rng.random_range(0..40_000_u32);
    for (fault, one_in) in RATES {
        let share = 40_000 / one_in * times;
        if at < share {
            return Some(*fault);
        }
        at -= share;
    }
    None
}
