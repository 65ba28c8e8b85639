//! 受理: from receipt to acceptance or refusal of acceptance.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Channel, Handling, Material, Opinion, Renewal, SourceStatement};
use crate::shape::bodies;
use crate::values::{
    ApplicantRef, Code, DocumentNo, Edition, ItemCode, Limits, Name, Position, StaffId, Text,
    UnitCode,
};

bodies! {
    /// 收件: materials were handed in. The receipt clock starts (art. 32).
    ApplicationReceived {
        /// The item applied for.
        item: ItemCode,
        /// The edition of the item in the catalogue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_edition: Option<Edition>,
        /// Who applies, as an opaque reference.
        applicant: ApplicantRef,
        /// How it came.
        channel: Channel,
        /// The handling system.
        handling: Handling,
        /// What was handed in.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        materials: Vec<Material>,
        /// 取號: the queue ticket.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue_ticket: Option<Code>,
        /// The licence to be renewed, if it is a renewal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        renews: Option<Renewal>,
        /// What an imported system states of the whole case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_statement: Option<SourceStatement>,
    }

    /// 出具收件憑證: the applicant was given a voucher for the materials.
    ReceiptVoucherIssued {
        /// The voucher's number.
        voucher_no: DocumentNo,
        /// A deadline printed on it, which must not be while materials are missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        printed_due_on: Option<NaiveDate>,
    }

    /// 一次性告知: the applicant was told, once and completely, what is missing (art. 32(4)).
    OneOffNoticeGiven {
        /// Everything that is missing.
        missing: Vec<Name>,
        /// The notice's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notice_no: Option<DocumentNo>,
        /// Whether it was given on the spot.
        #[serde(default)]
        on_the_spot: bool,
    }

    /// 補正材料收到: the applicant handed in what was missing.
    SupplementReceived {
        /// What was handed in.
        items: Vec<Name>,
        /// Whether everything asked for is now there. If so the time runs from this day.
        complete: bool,
    }

    /// 受理: the application was accepted. The decision clocks start (art. 42).
    ApplicationAccepted {
        /// The item applied for.
        item: ItemCode,
        /// The handling system.
        handling: Handling,
        /// Promise and statute, side by side.
        limits: Limits,
        /// 受理通知書文號.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        acceptance_no: Option<DocumentNo>,
        /// 告知的辦結日期: the due day printed on the acceptance notice.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stated_due_on: Option<NaiveDate>,
        /// 特殊環節: the registered excluded procedures foreseen on the notice.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        special_links: Vec<Code>,
        /// What an imported system states of the whole case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_statement: Option<SourceStatement>,
    }

    /// 視為受理: silence for five working days; accepted from the day of receipt (art. 32(4)).
    /// An act of the engine.
    ApplicationDeemedAccepted {
        /// The day from which it counts as accepted: the day of receipt.
        effective_on: NaiveDate,
        /// The day on which the notice was due.
        notice_was_due_on: NaiveDate,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
    }

    /// 不予受理: acceptance was refused, with reasons (art. 32, 72).
    ApplicationNotAccepted {
        /// The reasons given to the applicant; none is a finding.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reasons: Option<Text>,
        /// 依據: the article of law.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        legal_basis: Option<Text>,
        /// Where the applicant was sent, if another organ is competent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        redirected_to: Option<UnitCode>,
        /// The number of the written decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
    }

    /// 否定報備: a negative decision was filed with the superior.
    NegativeDecisionFiled {
        /// The act that was negative.
        refers_to: Uuid,
        /// Who reviews it.
        reviewer: StaffId,
        /// What the reviewer said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opinion: Option<Opinion>,
    }

    /// 容缺受理: accepted although secondary materials are missing, against a promise to supply.
    TolerantAcceptanceGiven {
        /// What is still missing.
        missing: Vec<Name>,
        /// Until when it must be supplied.
        supply_by_on: NaiveDate,
    }

    /// 告知承諾: the applicant promised in writing to meet the conditions.
    CommitmentMade {
        /// What was promised.
        undertakings: Vec<Text>,
        /// The document's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
    }
}
