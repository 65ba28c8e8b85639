//! 整改: flags with their grounds, slips, orders, re-inspection.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ConfirmedBy, Flag, ReinspectionOutcome, SlipColour};
use crate::ids::SiteCode;
use crate::shape::bodies;
use crate::values::{
    Code, Digest, DocumentNo, Edition, Instant, Position, StaffId, Text, UnitCode, WorkingDays,
};

bodies! {
    /// 疑似不到位: evidence of the chronicle speaks for a flag.
    FlagSuspected {
        /// The site.
        site: SiteCode,
        /// Which of the five.
        flag: Flag,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
        /// Digests of what can be shown for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<Digest>,
        /// 到期時刻: from when the rule held; earlier than the act where nobody watched meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fell_due_at: Option<Instant>,
    }

    /// 確認不到位: an inspector, or silence, made it certain.
    FlagConfirmed {
        /// The site.
        site: SiteCode,
        /// Which of the five.
        flag: Flag,
        /// What made it certain.
        confirmed_by: ConfirmedBy,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
        /// Digests of what can be shown for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<Digest>,
        /// 到期時刻: from when the rule held; earlier than the act where nobody watched meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fell_due_at: Option<Instant>,
    }

    /// 解除不到位: the flag does not stand any more, or never did.
    FlagCleared {
        /// The site.
        site: SiteCode,
        /// Which of the five.
        flag: Flag,
        /// Why.
        reason: Text,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
        /// Digests of what can be shown for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<Digest>,
    }

    /// 督查單: the unit must answer within a time (限時督查).
    SupervisionSlipIssued {
        /// The slip's number.
        slip: Code,
        /// Which of the three.
        colour: SlipColour,
        /// Who must answer.
        unit: UnitCode,
        /// The site it concerns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        site: Option<SiteCode>,
        /// Which of the five it concerns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flag: Option<Flag>,
        /// What is asked.
        matter: Text,
        /// Within how many working days.
        reply_working_days: WorkingDays,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
        /// 到期時刻: from when the rule held; earlier than the act where nobody watched meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fell_due_at: Option<Instant>,
    }

    /// 督查單答覆: the unit answered.
    SlipAnswered {
        /// The slip's number.
        slip: Code,
        /// What it said.
        answer: Text,
    }

    /// 責令整改: the unit must put something right by a day.
    RectificationOrdered {
        /// The order's number.
        order: Code,
        /// Who must.
        unit: UnitCode,
        /// The site it concerns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        site: Option<SiteCode>,
        /// Which of the five it concerns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flag: Option<Flag>,
        /// What must be put right.
        demand: Text,
        /// The last day.
        due_on: NaiveDate,
        /// The letter's number (責令整改函).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
    }

    /// 整改報告: the unit says that it is put right.
    RectificationReported {
        /// The order's number.
        order: Code,
        /// What was done.
        report: Text,
    }

    /// 復查: somebody went and looked whether it is put right.
    ReinspectionMade {
        /// The order's number.
        order: Code,
        /// Who looked.
        inspectors: Vec<StaffId>,
        /// What was found.
        outcome: ReinspectionOutcome,
        /// What was seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
    }

    /// 整改超期告知: the unit was told that the last day had passed. An act of the engine, with
    /// grounds.
    RectificationOverdueNoticeSent {
        /// The order's number.
        order: Code,
        /// The day that passed.
        due_on: NaiveDate,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
    }
}
