//! 系統對接: connected systems, their batches, and what they declare of their own entries.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::StreamId;
use crate::shape::bodies;
use crate::values::{Code, Count, Digest, Instant, ItemCode, Name, SerialNo, Text, UnitCode};

bodies! {
    /// 接入來源系統: a department's own system was connected.
    SourceConnected {
        /// The system, as `source.system` names it.
        system: Name,
        /// The units whose acts it sends.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        units: Vec<UnitCode>,
    }

    /// 收到批次: a batch of acts came in.
    BatchReceived {
        /// The system.
        system: Name,
        /// The batch's number.
        batch: Code,
        /// How many acts it held.
        acts: Count,
        /// The sender's serial number of the first act; a hole between two batches shows a loss.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_serial_no: Option<SerialNo>,
        /// The sender's serial number of the last act.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_serial_no: Option<SerialNo>,
        /// The batch's digest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<Digest>,
    }

    /// 拒收批次: a batch could not be taken.
    BatchRefused {
        /// The system.
        system: Name,
        /// The batch's number.
        batch: Code,
        /// How many acts it held.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        acts: Option<Count>,
        /// Why.
        reason: Text,
    }

    /// 申報遲傳: the site says that acts of a span come late, and why.
    DelayedUploadDeclared {
        /// The begin of the span.
        from_at: Instant,
        /// Its end.
        until_at: Instant,
        /// How many acts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        acts: Option<Count>,
        /// The system, if it is one system's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        system: Option<Name>,
        /// Why.
        reason: Text,
    }

    /// 申報重複錄入: the site says that it enters the same cases in two systems.
    DoubleEntryReported {
        /// The other system.
        system: Name,
        /// The cases, as `case/…`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cases: Vec<StreamId>,
        /// The items concerned.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<ItemCode>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }
}
