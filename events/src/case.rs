//! 辦件: what happens to one application, from receipt to filing. Facts at the window; whether a
//! deadline was kept is a projection's business.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::shape::words;
use crate::values::{Code, Count, DocumentNo, Instant, Name};

mod acceptance;
mod conclusion;
mod handling;

pub use acceptance::*;
pub use conclusion::*;
pub use handling::*;

words! {
    /// 辦理制度: the seven handling systems of the seed; each selects clocks and rules.
    Handling {
        /// 直接辦理制: done on the spot, due the same day.
        Direct,
        /// 承諾辦理制: due within the promise.
        Promised,
        /// 並聯辦理制: several departments at once; 45 + 15 working days (art. 42(2)).
        Parallel,
        /// 上報代理制: reviewed here first, decided above (art. 43).
        ReportUp,
        /// 一次告知制: consultation with one notice of everything.
        OneOffNotice,
        /// 否定報備制: a refusal must be filed with the superior.
        NegativeFiling,
        /// 扎口收費制: charged at one window.
        ConcentratedCharging,
    }

    /// 申請渠道: how the application came (art. 29).
    Channel {
        /// 窗口: at the window.
        Counter,
        /// 網上: online.
        Online,
        /// 郵寄: letter, telegram, fax.
        Post,
        /// 代辦: through an agent of a village room.
        Agent,
        /// 電話: by telephone.
        Telephone,
    }

    /// 特別程序: the eight procedures whose time is not counted (art. 45). There is no ninth.
    ExcludedProcedure {
        /// 聽證.
        Hearing,
        /// 招標.
        Tender,
        /// 拍賣.
        Auction,
        /// 檢驗.
        Inspection,
        /// 檢測.
        Testing,
        /// 檢疫.
        Quarantine,
        /// 鑑定.
        Appraisal,
        /// 專家評審.
        ExpertReview,
    }

    /// 批准人: who approved (art. 42 asks for different persons by kind of handling).
    ApproverRole {
        /// 經辦人: the handler.
        Handler,
        /// 窗口負責人: the head of the window.
        WindowHead,
        /// 行政機關負責人: the head of the organ.
        HeadOfOrgan,
        /// 本級人民政府負責人: the responsible person of the government at that level.
        HeadOfGovernment,
    }

    /// 決定: the decision on the application.
    Outcome {
        /// 准予.
        Granted,
        /// 不予.
        Refused,
    }

    /// 辦結類別: how a case was closed.
    Closure {
        /// 正常辦結.
        Normal,
        /// 轉報辦結: closed by forwarding it.
        Forwarded,
        /// 不予許可.
        Refused,
        /// 申請人撤回.
        Withdrawn,
        /// 作廢.
        Void,
    }

    /// 意見: a unit's or a level's opinion.
    Opinion {
        /// 同意.
        Agreed,
        /// 不同意.
        Disagreed,
        /// 有條件同意.
        AgreedWithConditions,
    }

    /// 延長的期限: which limit an extension lengthens.
    ExtendedLimit {
        /// 法定時限.
        Statutory,
        /// 承諾時限.
        Promised,
    }

    /// 超時告知的期限: which clock an overdue notice speaks of.
    NoticedClock {
        /// 受理期限.
        Receipt,
        /// 承諾時限.
        Promised,
        /// 法定時限.
        Statutory,
        /// 環節時限.
        Step,
        /// 送達期限.
        Delivery,
    }
}

/// 材料: one document of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// What it is called on the list of materials.
    pub name: Name,
    /// How many copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<Count>,
}

/// 延續: the licence that an application asks to renew (art. 50).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// The licence's number.
    pub licence_no: DocumentNo,
    /// The last day on which it is valid.
    pub expires_on: NaiveDate,
}

/// 來源系統自記: what the system that a case was imported from states of the case as a whole.
/// A statement, not a fact at a window: it is compared with the clocks, never taken for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceStatement {
    /// When it says the case began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Instant>,
    /// When it says the case was due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Instant>,
    /// When it says the case ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Instant>,
}

/// 更正內容: what a correction changes in the act it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// 撤銷: the act was entered by mistake and never happened. The braces make serde refuse
    /// further members here as everywhere.
    Annulled {},
    /// 業務發生時間更正: it happened at another time.
    OccurredAt {
        /// The time as entered.
        was: Instant,
        /// The time as it was.
        now: Instant,
    },
    /// 內容更正: one field of the body was wrong.
    Field {
        /// The field's name at the top of the body, such as `limits`.
        field: Code,
        /// The value as entered; `null` where the field was absent.
        was: Value,
        /// The value as it was; `null` removes the field.
        now: Value,
    },
}
