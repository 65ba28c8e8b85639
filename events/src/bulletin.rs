//! 通報: one bulletin, from draft to erratum; the freezing of rankings and the closing of periods.
//! Figures are never stored here: they follow from the range of positions that is named.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::SiteCode;
use crate::shape::{bodies, words};
use crate::values::{
    Code, Count, Digest, Edition, Name, Period, Position, SerialNo, StaffId, Text, UnitCode, Year,
};

words! {
    /// 通報類別: the periods of bulletins.
    BulletinKind {
        /// 周報.
        Weekly,
        /// 月報.
        Monthly,
        /// 季報.
        Quarterly,
        /// 半年報.
        HalfYearly,
        /// 年報.
        Yearly,
        /// 專題通報.
        Special,
    }

    /// 審核意見: what a reviewer of a draft said.
    BulletinVerdict {
        /// 同意.
        Approved,
        /// 退回修改.
        Returned,
    }
}

/// 數據依據: what the figures follow from; the same basis gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The site whose subtree they cover.
    pub scope: SiteCode,
    /// The days they cover.
    pub period: Period,
    /// The last position of the chronicle that was read.
    pub until_position: Position,
    /// The last notice of the working calendar that was read; none when the shipped ones hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar_position: Option<Position>,
    /// The rules that judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_editions: Vec<RuleEdition>,
}

/// 規則版次: one rule and its edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleEdition {
    /// The rule.
    pub rule: Code,
    /// Its edition.
    pub edition: Edition,
}

bodies! {
    /// 起草通報: a draft was made from the chronicle.
    BulletinDrafted {
        /// Its kind.
        kind: BulletinKind,
        /// Its title.
        title: Name,
        /// What its figures follow from.
        basis: Basis,
        /// The digest of the structured content.
        content_digest: Digest,
    }

    /// 審核通報: a draft was reviewed.
    BulletinReviewed {
        /// What was said.
        verdict: BulletinVerdict,
        /// The digest of what was reviewed.
        content_digest: Digest,
        /// What should change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remarks: Option<Text>,
    }

    /// 簽發通報: the bulletin was signed.
    BulletinSigned {
        /// Who signed.
        signer: StaffId,
        /// The digest of what was signed.
        content_digest: Digest,
    }

    /// 編號: the bulletin got its number, such as 通監發〔2008〕12號.
    BulletinNumbered {
        /// 發文機關代字, such as 通監發.
        organ_code: Name,
        /// The year.
        year: Year,
        /// The serial number in that year, from 1.
        serial_no: SerialNo,
    }

    /// 印發通報: the bulletin was issued.
    BulletinIssued {
        /// The date printed on it.
        issued_on: NaiveDate,
        /// 主送: to whom.
        recipients: Vec<UnitCode>,
        /// 抄送: who gets a copy.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        copies_to: Vec<UnitCode>,
    }

    /// 通報送達: a unit got the bulletin.
    BulletinDelivered {
        /// Which one.
        unit: UnitCode,
    }

    /// 通報閱讀: a unit opened the bulletin.
    BulletinRead {
        /// Which one.
        unit: UnitCode,
    }

    /// 通報更正: an erratum says what was wrong; the bulletin itself stays.
    BulletinErratumIssued {
        /// The erratum's number for this bulletin, from 1.
        erratum_no: SerialNo,
        /// What was wrong and what is right.
        corrections: Vec<Text>,
        /// What the right figures follow from.
        basis: Basis,
        /// The digest of the erratum's content.
        content_digest: Digest,
        /// Why.
        reason: Text,
    }

    /// 通報外送: a receiver outside has the letter, by the outbox.
    BulletinHandedOver {
        /// The digest of the receiver's address: the address itself may hold a secret.
        receiver: Digest,
        /// The act whose letter it is: of the issue, or of an erratum.
        letter_of: Position,
    }

    /// 收件端登記: a receiver outside is known to the outbox from here on.
    BulletinReceiverRegistered {
        /// The digest of the receiver's address: the address itself may hold a secret.
        receiver: Digest,
        /// The first date of a letter that it gets; where it is absent, it gets what is issued
        /// after this act.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from_on: Option<NaiveDate>,
    }

    /// 排名定格: a ranking was fixed for publication.
    RankingFrozen {
        /// What it follows from.
        basis: Basis,
        /// Units with fewer finished cases are listed apart.
        minimum_cases: Count,
        /// The digest of the ranking.
        content_digest: Digest,
    }

    /// 結帳: a period was closed; what comes in later for it is late.
    PeriodClosed {
        /// What its figures follow from.
        basis: Basis,
        /// The digest of the figures.
        content_digest: Digest,
    }
}
