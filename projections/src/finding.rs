//! 異常: what is irregular in a matter's own acts, as far as clocks show it. An indicator with the
//! acts that triggered it, for a person to weigh; never a sanction.

use chrono::NaiveDate;
use serde::Serialize;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which rule.
    pub kind: FindingKind,
    /// The first day on which it holds.
    pub arises_on: NaiveDate,
    /// The acts that show it, in order of position.
    pub positions: Vec<u64>,
    /// The facts in words, with days and numbers.
    pub detail: String,
}

impl FindingKind {
    /// Which of the irregularities D01 to D21 it is a case of, if of any.
    #[must_use]
    pub fn rule(self) -> Option<&'static str> {
        match self {
            Self::NoticeGivenTwice => Some("D09"),
            Self::PauseWithoutWrittenNotice | Self::PauseExceeded => Some("D07"),
            Self::FeePaidWithoutReceipt | Self::FeeOffTariff | Self::FeeWithoutBasis => Some("D16"),
            Self::AppealDecidedByInvolved => Some("D12"),
            _ => Some(self.source()).filter(|source| source.starts_with('D')),
        }
    }

    /// Whether the thresholds of the indicators judge it, not those of the clock rules or the law.
    #[must_use]
    pub fn by_indicator_rules(self) -> bool {
        self.rule().is_some_and(|rule| rule == self.source() && rule != "D01")
    }
}

/// Defines the closed list of findings: variant, wire name, Chinese name, source.
macro_rules! findings {
    ($( $(#[$doc:meta])* $name:ident $wire:literal $chinese:literal $source:literal )*) => {
        /// Which rule a finding shows broken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FindingKind { $( $(#[$doc])* $name, )* }

        impl FindingKind {
            /// Every kind.
            pub const ALL: &'static [FindingKind] = &[ $( FindingKind::$name, )* ];

            /// The name on the wire and in the read tables.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( FindingKind::$name => $wire, )* }
            }

            /// 中文名.
            #[must_use]
            pub const fn chinese(self) -> &'static str {
                match self { $( FindingKind::$name => $chinese, )* }
            }

            /// Where the rule comes from.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self { $( FindingKind::$name => $source, )* }
            }
        }
    };
}

findings! {
    /// Silence for the whole receipt period: accepted by law from the day of receipt.
    DeemedAcceptedBySilence "deemed_accepted_by_silence" "逾期未告知視為受理" "行政許可法第三十二條"
    /// The one-off notice came after the receipt period.
    NoticeGivenLate "notice_given_late" "逾期告知" "行政許可法第三十二條"
    /// More than one one-off notice.
    NoticeGivenTwice "notice_given_twice" "多次告知" "行政許可法第三十二條"
    /// Acceptance entered after the materials were complete.
    AcceptedAfterMaterialsComplete "accepted_after_materials_complete" "材料齊全後遲受理" "行政許可法第三十二條"
    /// Acceptance was refused after the law had already accepted.
    NotAcceptedAfterDeemedAcceptance "not_accepted_after_deemed_acceptance" "視為受理後不予受理" "行政許可法第三十二條"
    /// Acceptance was refused although everything asked for had been supplied.
    NotAcceptedThoughComplete "not_accepted_though_complete" "材料齊全後不予受理" "行政許可法第三十二條"
    /// Acceptance was refused without reasons.
    NotAcceptedWithoutReasons "not_accepted_without_reasons" "不予受理未說明理由" "行政許可法第七十二條"
    /// The application was returned without reasons.
    ReturnedWithoutReasons "returned_without_reasons" "退件未說明理由" "行政許可法第七十二條"
    /// Refused without reasons.
    RefusedWithoutReasons "refused_without_reasons" "不予許可未說明理由" "行政許可法第三十八條、第七十二條"
    /// Accepted more than once.
    AcceptedTwice "accepted_twice" "重複受理" "行政許可法第三十二條"
    /// Decided more than once.
    DecidedTwice "decided_twice" "重複決定" "行政許可法第三十八條"
    /// Accepted before it was received.
    AcceptedBeforeReceived "accepted_before_received" "先受理後收件" "監察規則"
    /// Decided before it was accepted.
    DecidedBeforeAccepted "decided_before_accepted" "先決定後受理" "監察規則"
    /// Decided although nothing had been accepted, by the window or by law.
    DecidedWithoutAcceptance "decided_without_acceptance" "未受理即決定" "行政許可法第三十二條"
    /// Accepted under another handling system than received.
    HandlingChanged "handling_changed" "辦理制度變更" "監察規則"
    /// Delivered before it was decided.
    DeliveredBeforeDecided "delivered_before_decided" "先送達後決定" "監察規則"
    /// Closed as normal without a decision.
    ClosedWithoutDecision "closed_without_decision" "未作決定即辦結" "監察規則"
    /// Declared void with the approval of who handled it or entered that.
    VoidSelfApproved "void_self_approved" "自行批准作廢" "監察規則"
    /// A fee was paid and no receipt given.
    FeePaidWithoutReceipt "fee_paid_without_receipt" "收費未開票據" "監察規則"
    /// More was asked than the tariff, or paid than was asked.
    FeeOffTariff "fee_off_tariff" "超標準收費" "行政許可法第五十九條、第七十五條"
    /// A fee was paid that nothing assessed: no basis was named.
    FeeWithoutBasis "fee_without_basis" "無依據收費" "行政許可法第五十八條、第七十五條"
    /// A refusal was not filed with the superior the same day.
    NegativeDecisionNotFiled "negative_decision_not_filed" "否定未報備" "否定報備制"
    /// A complaint was not accepted, without reasons.
    ComplaintNotAcceptedWithoutReasons "complaint_not_accepted_without_reasons" "不予受理投訴未說明理由" "監察規則"
    /// An appeal against a card later than the policy allows.
    AppealTooLate "appeal_too_late" "逾期申訴" "紅黃牌辦法"
    /// An appeal on a ground that the policy does not admit.
    AppealGroundNotAdmitted "appeal_ground_not_admitted" "申訴理由不在規定之列" "紅黃牌辦法"
    /// An appeal without anything that shows it.
    AppealWithoutEvidence "appeal_without_evidence" "申訴無證據" "紅黃牌辦法"
    /// An appeal that was not decided in time.
    AppealDecisionOverdue "appeal_decision_overdue" "申訴逾期未決定" "紅黃牌辦法"
    /// An appeal decided by who issued, answered or appealed, or whom the card is about.
    AppealDecidedByInvolved "appeal_decided_by_involved" "申訴決定人未迴避" "紅黃牌辦法"
    /// A decision on an appeal that nobody made.
    AppealDecisionWithoutAppeal "appeal_decision_without_appeal" "無申訴即決定" "紅黃牌辦法"
    /// A card closed as withdrawn though no decision withdrew it.
    CardWithdrawnWithoutDecision "card_withdrawn_without_decision" "未經決定撤牌" "紅黃牌辦法"
    /// Something happened to a matter that was over.
    ActAfterEnd "act_after_end" "終結後仍有行為" "監察規則"
    /// An excluded procedure without written notice of its time: it stops no clock.
    PauseWithoutWrittenNotice "pause_without_written_notice" "特別程序未書面告知" "行政許可法第四十五條"
    /// An excluded procedure longer than declared.
    PauseExceeded "pause_exceeded" "特別程序超時" "行政許可法第四十五條"
    /// An excluded procedure begun while the same one was open.
    PauseStartedTwice "pause_started_twice" "特別程序重複開始" "監察規則"
    /// An excluded procedure ended that had not begun.
    PauseEndedWithoutStart "pause_ended_without_start" "特別程序無開始即結束" "監察規則"
    /// An extension approved after the due day: void.
    ExtensionApprovedTooLate "extension_approved_too_late" "逾期後批准延期" "行政許可法第四十二條"
    /// An extension longer than the law allows: void.
    ExtensionTooLong "extension_too_long" "延期超過上限" "行政許可法第四十二條"
    /// An extension by someone who may not approve it: void.
    ExtensionByWrongApprover "extension_by_wrong_approver" "延期批准人不當" "行政許可法第四十二條"
    /// A second extension: void.
    ExtensionRepeated "extension_repeated" "重複延期" "行政許可法第四十二條"
    /// An extension of which the applicant was not told.
    ExtensionNotNotified "extension_not_notified" "延期未告知申請人" "行政許可法第四十二條"
    /// An extension that carries a promise past the statutory due day.
    PromiseExtendedBeyondStatute "promise_extended_beyond_statute" "承諾延期超過法定" "行政許可法第四十二條"
    /// A promise longer than the statute that governs the case.
    PromiseBeyondStatute "promise_beyond_statute" "承諾超過法定" "行政許可法第四十二條"
    /// The site was visited by fewer than two.
    SiteVisitByFewerThanTwo "site_visit_by_fewer_than_two" "踏勘少於兩人" "行政許可法第三十四條"
    /// A renewal was applied for too late.
    RenewalAppliedLate "renewal_applied_late" "延續申請過遲" "行政許可法第五十條"
    /// No decision before the licence expired: renewed by law.
    RenewalDeemedGranted "renewal_deemed_granted" "逾期未決定視為准予延續" "行政許可法第五十條"
    /// The engine recorded an acceptance by silence; facts known later refute it.
    DeemedAcceptanceRefuted "deemed_acceptance_refuted" "視為受理被推翻" "行政許可法第三十二條"
    /// The engine recorded a renewal by silence; facts known later refute it.
    DeemedRenewalRefuted "deemed_renewal_refuted" "視為准予延續被推翻" "行政許可法第五十條"
    /// An act of a site that is a stranger to the case.
    ActByStrangerSite "act_by_stranger_site" "無關單位行為" "監察規則"
    /// Another site has a case of its own under the number.
    CaseNumberUsedTwice "case_number_used_twice" "一號兩案" "監察規則"
    /// D01: entered later than the same working day.
    LateEntry "late_entry" "補錄" "D01"
    /// D01: entered later than the rules allow.
    LateEntryBeyondLimit "late_entry_beyond_limit" "超期補錄" "D01"
    /// D01: entered after a due day with an earlier time claimed.
    EnteredAfterDue "entered_after_due" "到期後補錄" "D01"
    /// D02: acceptance and end of a promised case were entered at one sitting.
    EnteredAtOnce "entered_at_once" "一次錄入全程" "D02"
    /// D03: decided in a trice, by hand, although days were promised.
    DecidedInstantly "decided_instantly" "秒批" "D03"
    /// D07: an excluded procedure begun when the time was nearly up.
    PauseStartedNearDue "pause_started_near_due" "臨期啟動特別程序" "D07"
    /// D07: the same excluded procedure a second time.
    PauseRepeated "pause_repeated" "重複特別程序" "D07"
    /// D07: most of the time was left out.
    PauseShareTooLarge "pause_share_too_large" "特別程序占時過半" "D07"
    /// D08: given back when the time was nearly up.
    ReturnedNearDue "returned_near_due" "臨期退件" "D08"
    /// D08: closed while a supplement was awaited, and taken up again.
    ReopenedAfterSupplement "reopened_after_supplement" "以補正銷號再辦" "D08"
    /// D10: the system it came from tells other days than the acts.
    SourceTellsOtherDays "source_tells_other_days" "兩張皮" "D10"
    /// D12: a card was withdrawn on an appeal that showed nothing.
    CardWithdrawnWithoutEvidence "card_withdrawn_without_evidence" "無證據撤牌" "D12"
    /// D16: charged less than the tariff, or paid less than was assessed.
    FeeBelowTariff "fee_below_tariff" "低於標準收費" "D16"
    /// D16: a fee was paid before acceptance.
    FeePaidBeforeAcceptance "fee_paid_before_acceptance" "先收費後受理" "D16"
    /// D16: a fee was paid more than once.
    FeePaidMoreThanOnce "fee_paid_more_than_once" "重複收費" "D16"
    /// A complaint was given to an organ whose business it is not.
    ComplaintMisrouted "complaint_misrouted" "投訴分派不當" "投訴按職權分工"
    /// A complaint was refused where it should have been transferred to the competent organ.
    ComplaintNotTransferred "complaint_not_transferred" "應轉送而不予受理" "投訴按職權分工"
    /// A complaint was closed and what its closing claims never happened.
    ComplaintClosedWithoutAnswer "complaint_closed_without_answer" "未答覆即結案" "監察規則"
    /// More time for a complaint that may not be given: void.
    ComplaintExtensionVoid "complaint_extension_void" "投訴延期無效" "信訪條例第三十三條"
    /// More time for a petition of which the complainant was not told.
    ComplaintExtensionNotTold "complaint_extension_not_told" "投訴延期未告知" "信訪條例第三十三條"
    /// A bad review was put right without having been verified.
    BadReviewNotVerified "bad_review_not_verified" "差評未核實即整改" "國辦發〔2019〕51號"
    /// A bad review was put right and the reviewer never told.
    BadReviewNotFedBack "bad_review_not_fed_back" "差評整改未反饋" "國辦發〔2019〕51號"
    /// A correction of an act that is not in this matter.
    CorrectionOfUnknownAct "correction_of_unknown_act" "更正對象不存在" "監察規則"
    /// A correction that says another value was entered than was: it changes nothing.
    CorrectionDoesNotMatch "correction_does_not_match" "更正與原錄不符" "監察規則"
    /// A correction approved by who entered the act or the correction: it changes nothing.
    CorrectionSelfApproved "correction_self_approved" "自行批准更正" "監察規則"
    /// A correction of what another site entered, which is not below: it changes nothing.
    CorrectionByOtherSite "correction_by_other_site" "更正他單位所錄" "監察規則"
    /// No rule was in force: legal limits cannot be judged.
    NoRuleInForce "no_rule_in_force" "無有效時限規則" "監察規則"
    /// Days outside the calendar's tables: a due day cannot be given.
    OutsideCalendar "outside_calendar" "超出日歷範圍" "監察規則"
}
