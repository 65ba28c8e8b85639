//! 紅黃牌: one card: issued on a rule with its grounds, told, answered, appealed, closed; and what
//! authorities do about the unit or the person. A card is never taken back, only decided upon.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{SiteCode, StreamId};
use crate::shape::words;
use crate::values::{Code, ItemCode, StaffId, UnitCode, WindowId};

mod consequence;
mod issue;

pub use consequence::*;
pub use issue::*;

words! {
    /// 牌級: the ladder, upwards. Policies number its rungs; this fixes their order.
    CardLevel {
        /// 提示: before anything is late.
        Reminder,
        /// 預警.
        Warning,
        /// 黃牌.
        Yellow,
        /// 紅牌.
        Red,
        /// 嚴重違規.
        Serious,
    }

    /// 單位牌顏色: a unit's card.
    CardColour {
        /// 黃牌.
        Yellow,
        /// 紅牌.
        Red,
    }

    /// 告知對象: who is told of a card.
    Recipient {
        /// 經辦人.
        Handler,
        /// 審核人.
        Checker,
        /// 批准人.
        Approver,
        /// 單位負責人.
        UnitHead,
        /// 監察室.
        SupervisionOffice,
        /// 分管領導.
        Leadership,
    }

    /// 申訴理由: the closed list of grounds for an appeal.
    AppealGround {
        /// 合法特別程序未錄入.
        LawfulPauseNotRecorded,
        /// 系統故障: with a record of the outage.
        SystemFailure,
        /// 錄入錯誤.
        EntryError,
        /// 不可抗力.
        ForceMajeure,
        /// 申請人原因.
        ApplicantsDelay,
        /// 重複辦件.
        DuplicateCase,
    }

    /// 申訴決定: what was decided on an appeal.
    AppealOutcome {
        /// 維持: the card stands.
        Maintained,
        /// 撤銷: the card is withdrawn and stays visible as such.
        Withdrawn,
    }

    /// 結牌方式: how a card ended.
    CardClosure {
        /// 答覆認可.
        Answered,
        /// 整改完成.
        Rectified,
        /// 申訴撤銷.
        Withdrawn,
        /// 升級: a card of a higher level took its place.
        Escalated,
    }
}

/// 當事對象: whom or what a card, a proposal or a complaint is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The unit.
    pub unit: UnitCode,
    /// The case, as `case/…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<StreamId>,
    /// The step of the case's flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Code>,
    /// The item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemCode>,
    /// The site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteCode>,
    /// The window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowId>,
    /// The member of staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
}
