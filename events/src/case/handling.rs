//! 辦理: steps, hand-overs, joint review, excluded procedures, extensions, hearings.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ApproverRole, ExcludedProcedure, ExtendedLimit, Opinion, Outcome, SourceStatement};
use crate::shape::bodies;
use crate::values::{
    ApplicantRef, Code, Count, DocumentNo, Instant, Name, StaffId, Text, UnitCode, WorkingDays,
};

bodies! {
    /// 告知辦結期限: the applicant was told a due day, or another one than before.
    DueDayStated {
        /// The day told.
        due_on: NaiveDate,
        /// Why it moved, if it moved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// 環節開始: a step of the flow began.
    StepStarted {
        /// The step.
        step: Code,
        /// Its limit, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit_working_days: Option<WorkingDays>,
        /// 崗位: the post that answers for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<Name>,
    }

    /// 環節完成: a step of the flow was done.
    StepCompleted {
        /// The step.
        step: Name,
        /// The opinion given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opinion: Option<Opinion>,
        /// 崗位: the post that did it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<Name>,
        /// What an imported system states of the whole case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_statement: Option<SourceStatement>,
    }

    /// 轉辦: the file was handed to another unit or person.
    CaseHandedOver {
        /// From whom.
        from: UnitCode,
        /// To whom.
        to: UnitCode,
        /// When the receiver signed for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signed_for_at: Option<Instant>,
    }

    /// 上報: opinion and all materials went to the upper level (art. 43). The local leg ends.
    CaseForwardedUp {
        /// The organ above.
        to: UnitCode,
        /// The opinion of the lower level.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opinion: Option<Opinion>,
        /// What was sent.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        documents: Vec<Name>,
        /// The upper organ's own limit, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        upper_limit_working_days: Option<WorkingDays>,
    }

    /// 上級結果收到: the upper level's result came back. The upper leg ends.
    UpperResultReceived {
        /// The organ above.
        from: UnitCode,
        /// What it decided.
        outcome: Outcome,
        /// The number of its document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
    }

    /// 啟動並聯: joint handling began under a lead unit (art. 26).
    JointReviewOpened {
        /// 牽頭單位.
        lead: UnitCode,
        /// 協辦單位.
        co_units: Vec<UnitCode>,
    }

    /// 告知協辦單位: a co-unit was asked for its opinion and signed for it.
    CoUnitNotified {
        /// The co-unit.
        unit: UnitCode,
        /// By when, in working days.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit_working_days: Option<WorkingDays>,
    }

    /// 協辦單位意見: a co-unit gave its opinion.
    CoUnitOpinionGiven {
        /// The co-unit.
        unit: UnitCode,
        /// Its opinion.
        opinion: Opinion,
    }

    /// 會審: the units met.
    JointReviewHeld {
        /// Who came.
        attended: Vec<UnitCode>,
        /// Who was asked and stayed away.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        absent: Vec<UnitCode>,
        /// What the chair decided.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<Text>,
    }

    /// 缺席默認: the lead unit took a co-unit's absence for consent.
    CoUnitAbsenceTakenAsConsent {
        /// The co-unit.
        unit: UnitCode,
    }

    /// 超時默認: the lead unit took a co-unit's silence past its limit for consent.
    CoUnitSilenceTakenAsConsent {
        /// The co-unit.
        unit: UnitCode,
    }

    /// 安排現場踏勘: a site visit was arranged. It stops no clock.
    SiteVisitScheduled {
        /// For which day.
        planned_on: NaiveDate,
        /// Its limit from acceptance, where the item sets one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit_working_days: Option<WorkingDays>,
    }

    /// 現場踏勘: the site was visited; two or more staff must go (art. 34, 55).
    SiteVisitMade {
        /// Who went.
        staff: Vec<StaffId>,
        /// What was found.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<Text>,
    }

    /// 特別程序開始: one of the eight excluded procedures began (art. 45). Its time is left out
    /// only if the applicant was told in writing how long it takes.
    ExcludedProcedureStarted {
        /// Which one.
        procedure: ExcludedProcedure,
        /// The time told to the applicant, in working days.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        declared_working_days: Option<WorkingDays>,
        /// Whether the applicant was told in writing.
        notified_in_writing: bool,
        /// The number of that notice.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notice_no: Option<DocumentNo>,
        /// 特殊環節: the registered link it rests on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        special_link: Option<Code>,
    }

    /// 特別程序結束: the result of an excluded procedure came in.
    ExcludedProcedureEnded {
        /// Which one.
        procedure: ExcludedProcedure,
        /// The number of the result document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result_no: Option<DocumentNo>,
    }

    /// 特別程序超期說明: the unit told the applicant that a declared procedure takes longer, and why.
    ExcludedProcedureDelayExplained {
        /// Which one.
        procedure: ExcludedProcedure,
        /// Why.
        reason: Text,
    }

    /// 申請延期: the handler asked for more time.
    ExtensionRequested {
        /// How much.
        working_days: WorkingDays,
        /// Why.
        reason: Text,
    }

    /// 批准延期: more time was granted (art. 42). Void when late, too long, or by the wrong person.
    ExtensionApproved {
        /// How much.
        working_days: WorkingDays,
        /// Which limit it lengthens; the statutory one where nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<ExtendedLimit>,
        /// Who approved.
        approver_role: ApproverRole,
        /// Why.
        reason: Text,
        /// When the applicant was told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        applicant_notified_at: Option<Instant>,
    }

    /// 不批准延期: more time was refused.
    ExtensionRefused {
        /// Why.
        reason: Text,
    }

    /// 告知利害關係人: interested parties were told (art. 36, 47).
    InterestedPartyNotified {
        /// How many.
        parties: Count,
        /// How.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        means: Option<Name>,
    }

    /// 申請聽證: a hearing was asked for; it must be held within twenty days (art. 47).
    HearingRequested {
        /// Who asked, as an opaque reference.
        by: ApplicantRef,
    }

    /// 舉行聽證: the hearing was held.
    HearingHeld {
        /// The number of its record.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        record_no: Option<DocumentNo>,
    }
}
