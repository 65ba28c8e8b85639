//! 辦結: decision, charges, delivery, closing; corrections; acts of the engine.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Change, Closure, ExcludedProcedure, NoticedClock, Outcome, SourceStatement};
use crate::ids::SiteCode;
use crate::shape::bodies;
use crate::values::{
    AmountFen, CalendarDays, Code, DocumentNo, Edition, Name, Position, StaffId, Text, WorkingDays,
};

bodies! {
    /// 作出決定: the organ decided. The decision clocks end, the delivery clock starts (art. 44).
    DecisionMade {
        /// Granted or refused.
        outcome: Outcome,
        /// The reasons; a refusal without them is a finding (art. 38, 72).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reasons: Option<Text>,
        /// 救濟途徑: whether the remedies were told (art. 38).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remedies_told: Option<bool>,
        /// The number of the decision or licence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
        /// What an imported system states of the whole case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_statement: Option<SourceStatement>,
    }

    /// 決定公開: the decision was made public (art. 40).
    DecisionPublished {
        /// Where.
        place: Text,
    }

    /// 核費: what is to be paid was assessed.
    FeeAssessed {
        /// 收費依據: the law or regulation that allows it (art. 58).
        legal_basis: Text,
        /// The published tariff.
        tariff_fen: AmountFen,
        /// The amount asked.
        amount_fen: AmountFen,
    }

    /// 繳費: a fee was paid.
    FeePaid {
        /// The amount.
        amount_fen: AmountFen,
        /// 財政票據號: the receipt's number; none is a finding.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt_no: Option<DocumentNo>,
        /// The account it went to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payee_account: Option<Code>,
    }

    /// 減免: a fee was waived, in whole or in part.
    FeeWaived {
        /// The amount waived.
        amount_fen: AmountFen,
        /// Why.
        reason: Text,
    }

    /// 退費: a fee was paid back (art. 75).
    FeeRefunded {
        /// The amount.
        amount_fen: AmountFen,
        /// Why.
        reason: Text,
    }

    /// 制證: the licence was made out.
    LicenceIssued {
        /// The licence's number.
        licence_no: DocumentNo,
        /// The last day on which it is valid.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_on: Option<NaiveDate>,
    }

    /// 通知領取: the applicant was told to collect the result. The delivery clock ends.
    CollectionNoticeGiven {
        /// How.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        means: Option<Name>,
    }

    /// 送達: the result was delivered. The delivery clock ends.
    ResultDelivered {
        /// How.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        means: Option<Name>,
        /// What an imported system states of the whole case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_statement: Option<SourceStatement>,
    }

    /// 退件: the application was given back.
    CaseReturned {
        /// Why; none is a finding.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reasons: Option<Text>,
    }

    /// 申請人撤回: the applicant withdrew.
    ApplicationWithdrawn {
        /// Why, in the applicant's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// 作廢: the case was declared void.
    CaseVoided {
        /// Why.
        reason: Text,
        /// Who approved.
        approver: StaffId,
    }

    /// 辦結: the case was closed.
    CaseClosed {
        /// How.
        closure: Closure,
    }

    /// 委託代辦: the applicant entrusted an agent of a village room or township centre.
    AgencyEntrusted {
        /// The agent.
        agent: StaffId,
        /// The agent's room or centre.
        site: SiteCode,
    }

    /// 代辦回訪: the agent followed up with the applicant.
    AgencyFollowedUp {
        /// Whether the applicant was satisfied.
        satisfied: bool,
    }

    /// 更正: an earlier act of this case was entered wrongly. The earlier act stays; judgements
    /// are made anew, and both views can be asked for.
    ActCorrected {
        /// The act it corrects.
        corrects: Uuid,
        /// What changes.
        change: Change,
        /// Why.
        reason: Text,
        /// Who approved it; never the person who entered the act.
        approver: StaffId,
    }

    /// 提示: a reminder went to the handler before a due day.
    ReminderSent {
        /// The due day.
        due_on: NaiveDate,
        /// Working days left.
        working_days_left: WorkingDays,
    }

    /// 超時告知: the unit was told that a due day had passed. An act of the engine, with grounds.
    OverdueNoticeSent {
        /// Which clock.
        clock: NoticedClock,
        /// The due day that passed.
        due_on: NaiveDate,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
    }

    /// 特別程序超時告知: the unit was told that an excluded procedure outlasts its declared time.
    ExcludedProcedureOverrunNoticeSent {
        /// Which one.
        procedure: ExcludedProcedure,
        /// The last day of the declared time.
        declared_until_on: NaiveDate,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
    }

    /// 視為准予延續: no decision before the licence expired (art. 50). An act of the engine.
    RenewalDeemedGranted {
        /// The licence.
        licence_no: DocumentNo,
        /// The day on which it would have expired.
        expired_on: NaiveDate,
        /// How many days before that it was applied for.
        applied_days_before: CalendarDays,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
    }
}
