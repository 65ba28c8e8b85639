//! 規則的採納: rule texts, the ladder of cards, the naming of the supervising body. Numbers that a
//! judgement cites stand here with the edition and the day from which they judge.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AppealGrounds, Ladder};
use crate::card::{CardLevel, Recipient};
use crate::case::Handling;
use crate::ids::SiteCode;
use crate::shape::{bodies, words};
use crate::values::{
    Code, Count, Digest, Edition, Name, Percent, ScoreHundredths, Text, WorkingDays,
};

words! {
    /// 發牌情形: what raises a card; which level it has is the policy's to say.
    CardTrigger {
        /// 承諾時限將至.
        PromiseNearlyDue,
        /// 受理期限將至.
        ReceiptNoticeNearlyDue,
        /// 環節超時.
        StepOverdue,
        /// 連續預警.
        ConsecutiveWarnings,
        /// 超承諾時限.
        PromiseOverdue,
        /// 重複告知: materials were asked for a second time.
        NoticeRepeated,
        /// 不予受理(許可)未說明理由.
        RefusalWithoutReasons,
        /// 否定未報備.
        NegativeDecisionNotFiled,
        /// 補錄超期.
        LateEntry,
        /// 下級審查超期: the lower level was late in sending the file up (art. 43).
        LowerReviewOverdue,
        /// 超法定時限.
        StatuteOverdue,
        /// 逾期不答覆.
        CardUnanswered,
        /// 違規收費.
        UnlawfulCharge,
        /// 應受理未受理.
        ConformingApplicationRefused,
        /// 刪改記錄.
        RecordAltered,
        /// 數據造假.
        DataFalsified,
        /// 同一事項再次發牌.
        CardRepeated,
        /// 打擊報復.
        Retaliation,
        /// 特別程序濫用.
        ExcludedProcedureMisused,
        /// 整改超期.
        RectificationOverdue,
        /// 體外循環: handled outside the platform. Only a person finds it.
        OutsideCirculation,
        /// 其他違規: what no other trigger names. Only a person finds it.
        OtherViolation,
    }

    /// 發牌對象: what a card is for.
    CardObject {
        /// 環節.
        Step,
        /// 辦件.
        Case,
        /// 單位.
        Unit,
        /// 個人.
        Person,
    }
}

/// 發牌階梯: one row of the ladder: on this trigger, a card of this level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LadderRow {
    /// The rule's code, which cards cite.
    pub rule: Code,
    /// What raises it.
    pub trigger: CardTrigger,
    /// The card's level.
    pub level: CardLevel,
    /// What the card is for.
    pub object: CardObject,
    /// 提前日數: for what is nearly due, how many working days before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_working_days: Option<WorkingDays>,
    /// 超期日數: only when the limit is passed by more than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past_working_days: Option<WorkingDays>,
    /// 超期比例: only when the time used reaches this share of the limit; 200 is twice the limit.
    /// Either of the two is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past_percent: Option<Percent>,
    /// Only for promises of at least this length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_from_working_days: Option<WorkingDays>,
    /// 辦理制度: only for cases of this handling system; for all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
    /// How many in a row, or in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Count>,
    /// Who is told.
    pub notified: Vec<Recipient>,
    /// Within how many working days it must be answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("minimum" = 1))]
    pub reply_working_days: Option<WorkingDays>,
    /// Points posted; what is taken is negative.
    pub points_hundredths: ScoreHundredths,
    /// Where the row comes from.
    pub source: Text,
}

impl LadderRow {
    /// Whether it speaks of cases of this handling system.
    #[must_use]
    pub fn is_for(&self, handling: Option<Handling>) -> bool {
        self.handling.is_none() || self.handling == handling
    }
}

bodies! {
    /// 規則集生效: a set of rules judges from a day on.
    RuleSetAdopted {
        /// The set's code, which judgements cite.
        rule: Code,
        /// Its edition.
        edition: Edition,
        /// The first day on which it judges.
        effective_on: NaiveDate,
        /// The digest of the whole text.
        content_digest: Digest,
        /// The text, or its beginning and where the rest is kept.
        text: Text,
    }

    /// 紅黃牌辦法生效: the ladder of cards judges from a day on.
    CardPolicyAdopted {
        /// Its edition.
        edition: Edition,
        /// The first day on which it judges.
        effective_on: NaiveDate,
        /// The rows, from the lowest level up.
        ladder: Ladder,
        /// 申訴期限: within how many working days an appeal may be made.
        #[schemars(extend("minimum" = 1))]
        appeal_working_days: WorkingDays,
        /// 申訴決定期限: within how many it must be decided.
        #[schemars(extend("minimum" = 1))]
        appeal_decision_working_days: WorkingDays,
        /// The grounds it admits.
        appeal_grounds: AppealGrounds,
        /// 年度告誡: from so many cards of a unit in one calendar year on its head is due an
        /// admonition, which a person gives or not; absent where there is no such rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("minimum" = 1))]
        admonition_cards_a_year: Option<Count>,
        /// Where the numbers outside the rows come from.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sources: Vec<Text>,
    }

    /// 監察機關名稱: how the supervising body is called and signs from a day on.
    SupervisingBodyNamed {
        /// Its official name, such as 南通市監察局.
        name: Name,
        /// 發文機關代字, such as 通監發.
        document_code: Name,
        /// The first day of the name.
        from_on: NaiveDate,
        /// The site whose subtree it supervises; everything where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        site: Option<SiteCode>,
    }
}
