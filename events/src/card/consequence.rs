//! 處置: what authorities do beyond the card.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::shape::bodies;
use crate::values::{DocumentNo, Position, StaffId, Text, UnitCode, WorkingDays};

bodies! {
    /// 效能告誡: a unit or a person was admonished.
    AdmonitionGiven {
        /// The unit.
        unit: UnitCode,
        /// The person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff: Option<StaffId>,
        /// The document's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
        /// Why.
        reasons: Text,
    }

    /// 監察建議書: the supervising body proposed what the unit should do.
    SupervisionProposalIssued {
        /// To whom.
        unit: UnitCode,
        /// The document's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
        /// What is proposed.
        proposal: Text,
        /// Within how many working days it must be answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_working_days: Option<WorkingDays>,
    }

    /// 採納監察建議: the unit does what was proposed.
    ProposalAdopted {
        /// What it does.
        measures: Text,
    }

    /// 不採納監察建議: the unit does not do what was proposed.
    ProposalRefused {
        /// Why.
        reasons: Text,
    }

    /// 問題線索移交: the matter went to the discipline procedure.
    ClueHandedOver {
        /// To whom.
        to: UnitCode,
        /// The letter's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
        /// What it is about, without names of persons.
        summary: Text,
        /// The positions it rests on.
        grounds: Vec<Position>,
    }
}
