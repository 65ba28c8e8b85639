//! 事項: one item of the catalogue: its limits, flow, special links, tariff and disclosures.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::{ExcludedProcedure, Handling};
use crate::ids::SiteCode;
use crate::shape::{bodies, words};
use crate::values::{
    AmountFen, Code, Digest, DocumentNo, Edition, Flow, ItemCode, Limits, Name, Text, UnitCode,
    WindowId, WorkingDays,
};

words! {
    /// 事項類別: what kind of matter an item is.
    ItemKind {
        /// 行政許可.
        Licence,
        /// 非許可審批.
        OtherApproval,
        /// 便民服務.
        PublicService,
        /// 證明.
        Certificate,
    }

    /// 事項取消方式: why an item left the catalogue.
    ItemCancellation {
        /// 取消: nobody handles it any more.
        Abolished,
        /// 下放: a lower level handles it.
        Delegated,
        /// 合併: another item holds it.
        Merged,
    }

    /// 授權程度: how far a window may go alone (授權到位).
    Authority {
        /// 只受理: it takes the papers.
        Receive,
        /// 初審: it reviews.
        Review,
        /// 決定: it decides.
        Decide,
    }

    /// 公示文本: the four disclosures of the seed, per item and site.
    Disclosure {
        /// 業務告知單.
        BusinessNotice,
        /// 申報材料範本.
        SampleForms,
        /// 政策法規文件依據.
        LegalBasis,
        /// 辦公流程圖.
        FlowChart,
    }
}

bodies! {
    /// 事項登記: an item entered the catalogue. A promise past the statute is refused.
    ItemRegistered {
        /// Its code.
        item: ItemCode,
        /// Its official name.
        name: Name,
        /// The edition of its description, from 1.
        edition: Edition,
        /// The unit that answers for it.
        unit: UnitCode,
        /// 辦理制度: which clocks and rules it follows.
        handling: Handling,
        /// Promise and statute, side by side.
        limits: Limits,
        /// What kind of matter it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<ItemKind>,
        /// The list of materials (art. 30).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        materials: Vec<Name>,
        /// 設定依據: the articles it rests on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        legal_basis: Vec<Text>,
        /// 數量限制: whether it is granted in the order of acceptance (art. 57).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quantity_limited: Option<bool>,
    }

    /// 事項修訂: the item's description changed. What is left out stays as it was.
    ItemRevised {
        /// The new edition.
        edition: Edition,
        /// Its official name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Name>,
        /// The unit that answers for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<UnitCode>,
        /// Its handling system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handling: Option<Handling>,
        /// Promise and statute, side by side.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limits: Option<Limits>,
        /// The whole new list of materials.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        materials: Vec<Name>,
        /// The whole new list of articles.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        legal_basis: Vec<Text>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// 事項暫停: the item is not taken for a time.
    ItemSuspended {
        /// The last day, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_on: Option<NaiveDate>,
        /// Why.
        reason: Text,
    }

    /// 事項取消: the item left the catalogue.
    ItemCancelled {
        /// How.
        cancellation: ItemCancellation,
        /// The item that holds it now, if it was merged.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<ItemCode>,
        /// The decision it rests on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        legal_basis: Option<Text>,
        /// The first day without it.
        effective_on: NaiveDate,
    }

    /// 事項進中心: the item is to be handled at a site (審批項目進中心到位).
    ItemAssignedToSite {
        /// The site.
        site: SiteCode,
        /// Its windows there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        windows: Vec<WindowId>,
        /// The first day.
        effective_on: NaiveDate,
    }

    /// 授權到位: the unit gave its window at a site the authority for the item.
    ItemAuthorised {
        /// The site.
        site: SiteCode,
        /// How far it goes.
        authority: Authority,
        /// The letter of authority; absent where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
        /// The last day it holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_on: Option<NaiveDate>,
    }

    /// 承諾時限變更: the promised limit changed. A promise past the statute is refused.
    PromiseChanged {
        /// Promise and statute as they are now.
        limits: Limits,
        /// The first day; cases accepted before keep theirs.
        effective_on: NaiveDate,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// 流程定義: the steps and their limits. Steps that sum past the promise are refused.
    FlowDefined {
        /// The flow.
        flow: Flow,
        /// The first day; the day of the act where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        effective_on: Option<NaiveDate>,
    }

    /// 特殊環節登記: an excluded procedure (art. 45) that the item may need.
    SpecialLinkRegistered {
        /// The link's code, as `case.ExcludedProcedureStarted` names it.
        link: Code,
        /// Which of the eight.
        procedure: ExcludedProcedure,
        /// How long it may take.
        limit_working_days: WorkingDays,
        /// What it rests on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        legal_basis: Option<Text>,
    }

    /// 特殊環節註銷: the link may not be used any more.
    SpecialLinkCancelled {
        /// The link's code.
        link: Code,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// 公布收費標準: what the item costs was made known (art. 59).
    TariffPublished {
        /// The amount; 0 says that it is free.
        tariff_fen: AmountFen,
        /// 計費單位: per what, if not per case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        charged_per: Option<Name>,
        /// The law or regulation that allows it (art. 58); absent where none was named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        legal_basis: Option<Text>,
        /// The first day it holds.
        effective_on: NaiveDate,
    }

    /// 公示: one of the four disclosures was put up.
    GuidePublished {
        /// Which one.
        disclosure: Disclosure,
        /// The edition of the item that it describes.
        edition: Edition,
        /// Where; everywhere that handles the item where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        site: Option<SiteCode>,
        /// The text's digest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<Digest>,
    }

    /// 合法性審查通過: the item was found lawful.
    ItemLegalReviewPassed {
        /// Who reviewed it.
        reviewer: UnitCode,
        /// The edition reviewed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edition: Option<Edition>,
        /// The opinion's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
    }
}
