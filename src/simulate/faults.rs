//! 差錯: how often a window errs. Wuhu found 13 cards in some 80,000 cases, other cities up to one
//! in a thousand; a simulation in which every fifth case is wrong teaches nothing.

use rand::{Rng, RngExt as _};

/// A fault that a case may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Fault {
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
    /// 否定未報備: a refusal that was not filed with the superior.
    NotFiled,
    /// 退件未說明理由: given back without reasons.
    ReturnedWithoutReasons,
    /// 環節超時: a step past its limit, the whole in time.
    StepOverdue,
    /// 超標準收費: more asked than the tariff.
    ChargedTooMuch,
    /// 低於標準收費: less asked than the tariff.
    ChargedTooLittle,
    /// 無依據收費: paid, and nothing assessed.
    ChargedWithoutBasis,
    /// 不按公布標準收費: assessed by another tariff than the published one.
    ChargedByOtherTariff,
    /// 收費未開票據: paid, and no receipt given.
    NoReceipt,
    /// 先收費後受理: paid before acceptance.
    PaidBeforeAcceptance,
    /// 重複收費: paid twice.
    PaidTwice,
    /// 秒批: decided minutes after acceptance.
    DecidedInstantly,
    /// 一次錄入全程: acceptance and decision entered within a minute.
    EnteredAtOnce,
    /// 臨期啟動特別程序: an excluded procedure begun two days before the due day.
    PauseNearDue,
    /// 重複特別程序: the same link twice.
    PauseRepeated,
    /// 特別程序占時過半.
    PauseShare,
    /// 未登記特殊環節: a link that the item's register does not have.
    LinkNotRegistered,
    /// 特別程序超過登記時限: longer than the registered link may take.
    LongerThanRegistered,
    /// 臨期退件: given back on the due day.
    ReturnedNearDue,
    /// 拆分重報: received again shortly after it was void.
    ReceivedAgain,
    /// 兩張皮: the source says another day.
    TwoSkins,
    /// 秒評: reviewed within seconds.
    ReviewedTooQuickly,
    /// 遲傳: sent by a device days later, undeclared.
    UploadedLate,
    /// 重號: the number of a licence given out a second time.
    NumberTwice,
    /// 缺號: a number of a series that no case knows.
    NumberMissing,
    /// 一人兩窗: one account at two windows within a minute.
    TwoPlaces,
    /// 一人兩地: one login at two sites within minutes.
    TwoSites,
    /// 無權限決定: decided by somebody whose credential does not reach so far.
    WithoutCredential,
    /// 插隊: accepted before another who had come earlier.
    QueueJumped,
    /// 以補正銷號再辦: given back while a supplement is awaited, and taken up again with it.
    ReopenedWithSupplement,
}

/// Each fault with how many there are in a million cases; with the first thirteen, which are the
/// commonest, about one case in a thousand.
const RATES: &[(Fault, u32)] = &[
    (Fault::PromiseMissed, 200),
    (Fault::StatuteMissed, 40),
    (Fault::NoticedTwice, 100),
    (Fault::Silent, 80),
    (Fault::PauseUnnoticed, 80),
    (Fault::PauseExceeded, 100),
    (Fault::RefusedWithoutReasons, 80),
    (Fault::ExtensionTooLate, 20),
    (Fault::EnteredLate, 100),
    (Fault::NotAcceptedWithoutReasons, 20),
    (Fault::ExtensionByWrongApprover, 20),
    (Fault::VisitedAlone, 40),
    (Fault::CorrectionSelfApproved, 20),
    (Fault::NotFiled, 20),
    (Fault::ReturnedWithoutReasons, 10),
    (Fault::StepOverdue, 20),
    (Fault::ChargedTooMuch, 10),
    (Fault::ChargedTooLittle, 10),
    (Fault::ChargedWithoutBasis, 10),
    (Fault::ChargedByOtherTariff, 10),
    (Fault::NoReceipt, 10),
    (Fault::PaidBeforeAcceptance, 10),
    (Fault::PaidTwice, 10),
    (Fault::DecidedInstantly, 10),
    (Fault::EnteredAtOnce, 10),
    (Fault::PauseNearDue, 10),
    (Fault::PauseRepeated, 10),
    (Fault::PauseShare, 10),
    (Fault::LinkNotRegistered, 10),
    (Fault::LongerThanRegistered, 10),
    (Fault::ReturnedNearDue, 10),
    (Fault::ReceivedAgain, 10),
    (Fault::TwoSkins, 10),
    (Fault::ReviewedTooQuickly, 10),
    (Fault::UploadedLate, 10),
    (Fault::NumberTwice, 10),
    (Fault::NumberMissing, 10),
    (Fault::TwoPlaces, 10),
    (Fault::TwoSites, 10),
    (Fault::WithoutCredential, 10),
    (Fault::QueueJumped, 10),
    (Fault::ReopenedWithSupplement, 10),
];

impl Fault {
    /// Whether it is a fault of an excluded procedure.
    pub(super) const fn is_of_a_pause(self) -> bool {
        matches!(
            self,
            Self::PauseUnnoticed
                | Self::PauseExceeded
                | Self::PauseNearDue
                | Self::PauseRepeated
                | Self::PauseShare
                | Self::LinkNotRegistered
                | Self::LongerThanRegistered
        )
    }

    /// Whether it is a fault of a charge.
    pub(super) const fn is_of_a_charge(self) -> bool {
        matches!(
            self,
            Self::ChargedTooMuch
                | Self::ChargedTooLittle
                | Self::ChargedWithoutBasis
                | Self::ChargedByOtherTariff
                | Self::NoReceipt
                | Self::PaidBeforeAcceptance
                | Self::PaidTwice
        )
    }
}

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
    let mut at = rng.random_range(0..1_000_000_u32);
    for (fault, in_a_million) in RATES {
        let share = in_a_million.saturating_mul(times);
        if at < share {
            return Some(*fault);
        }
        at -= share;
    }
    None
}
