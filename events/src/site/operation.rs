//! 運轉: the day at a site, its ledger, the signs of life of its devices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ServiceKind;
use crate::shape::bodies;
use crate::values::{ApplicantRef, Code, Count, Instant, ItemCode, Name, StaffId, Text};

bodies! {
    /// 開門: the site opened for the day.
    DoorsOpened {
        /// Who opened it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff: Option<StaffId>,
    }

    /// 關門: the site closed for the day.
    DoorsClosed {
        /// Why, if before its time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// 建立臺帳: the service ledger was begun.
    LedgerOpened {
        /// The ledger's number.
        ledger: Code,
        /// Its title.
        title: Name,
    }

    /// 臺帳記錄: a service was written into the ledger.
    LedgerEntryMade {
        /// The ledger's number; the site's only one where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ledger: Option<Code>,
        /// What was done.
        service: ServiceKind,
        /// For whom, as an opaque reference.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        applicant: Option<ApplicantRef>,
        /// About which item.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<ItemCode>,
        /// What was written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
    }

    /// 設備心跳: a device showed that it is alive. That one stopped is a conclusion.
    HeartbeatReceived {
        /// The device.
        device: Code,
        /// What its own clock showed; the receipt shows how far it is off.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device_time_at: Option<Instant>,
        /// How many acts it still holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unsent: Option<Count>,
    }
}
