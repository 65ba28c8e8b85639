//! 督查: an inspection, its evidence, the five flags, slips and orders; and the inspection of the
//! chronicle itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::shape::words;
use crate::values::{Latitude, Longitude};

mod chronicle;
mod rectification;
mod visit;

pub use chronicle::*;
pub use rectification::*;
pub use visit::*;

words! {
    /// 督查方式: how an inspection is made.
    InspectionKind {
        /// 例行督查.
        Routine,
        /// 專項督查.
        Special,
        /// 暗訪.
        Unannounced,
        /// 電子監察: from the chronicle and the cameras, without a visit.
        Remote,
    }

    /// 五個不到位: what may not be in place.
    Flag {
        /// 集中辦公場所.
        Premises,
        /// 設施.
        Facilities,
        /// 人員.
        Personnel,
        /// 事項.
        Items,
        /// 運轉.
        Operation,
    }

    /// 檢查結果: what a check found.
    CheckResult {
        /// 到位.
        InPlace,
        /// 不到位.
        NotInPlace,
        /// 未核查.
        Unverified,
    }

    /// 證據類別: what a thing shown is.
    EvidenceKind {
        /// 照片.
        Photo,
        /// 錄像.
        Video,
        /// 錄音.
        Audio,
        /// 文件.
        Document,
        /// 屏幕截圖.
        Screen,
    }

    /// 確認方式: what made a suspicion certain.
    ConfirmedBy {
        /// 督查人員: somebody saw it.
        Inspector,
        /// 逾期未答覆: no slip was answered in time.
        Silence,
    }

    /// 督查單等級: the three slips, one after the other.
    SlipColour {
        /// 藍單.
        Blue,
        /// 橙單.
        Orange,
        /// 紅單.
        Red,
    }

    /// 復查結果: what a re-inspection found.
    ReinspectionOutcome {
        /// 已整改.
        Rectified,
        /// 部分整改.
        PartlyRectified,
        /// 未整改.
        NotRectified,
    }
}

/// 地理位置: where something was taken, in millionths of a degree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Geotag {
    /// The latitude, north positive.
    pub latitude_microdegrees: Latitude,
    /// The longitude, east positive.
    pub longitude_microdegrees: Longitude,
}
