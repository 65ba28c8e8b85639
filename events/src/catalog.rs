//! Every event there is: stream, name, present version, Chinese gloss. One table; a released row
//! is never edited, rows are only added. Wire names are made from it and typed nowhere else.

use schemars::schema_for;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ids::StreamKind;
use crate::refusal::Refusal;
use crate::{
    applicant, bulletin, calendar, card, case, complaint, inspection, item, policy, shape, site,
    staff, window,
};

mod row;

pub use row::Row;

macro_rules! catalog {
    ($( $kind:ident $module:ident $wire:literal {
        $( $name:ident $version:literal $chinese:literal )*
    } )*) => {
        /// 行為: the typed body of any event.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each variant is documented at its body")]
        pub enum Event {
            $($( $name(Box<$module::$name>), )*)*
        }

        /// The whole catalogue, in order of streams.
        pub static CATALOG: &[Row] = &[ $($(
            Row {
                stream: StreamKind::$kind,
                name: stringify!($name),
                version: $version,
                chinese: $chinese,
                wire_name: concat!($wire, ".", stringify!($name)),
                decode: |body| read::<$module::$name>(body).map(Event::from),
                schema: || schema_for!($module::$name),
            },
        )*)* ];

        $($(
            impl From<$module::$name> for Event {
                fn from(body: $module::$name) -> Self {
                    Event::$name(Box::new(body))
                }
            }
        )*)*

        impl Event {
            /// The catalogue row's wire name, such as `case.ApplicationAccepted`.
            #[must_use]
            pub fn wire_name(&self) -> &'static str {
                match self { $($( Event::$name(_) => concat!($wire, ".", stringify!($name)), )*)* }
            }

            /// The present version of its body.
            #[must_use]
            pub fn version(&self) -> u16 {
                match self { $($( Event::$name(_) => $version, )*)* }
            }

            /// Reads a body of the same event, in its present version; members are said by name, as
            /// at the door.
            ///
            /// # Errors
            /// [`Refusal::BodyDoesNotMatchSchema`] with field and rule.
            pub fn with_body(&self, body: &Value) -> Result<Event, Refusal> {
                let text = body.to_string();
                let event = match self { $($(
                    Event::$name(_) => read::<$module::$name>(&text).map(Event::from),
                )*)* }?;
                let read = event
                    .to_value()
                    .map_err(|source| Refusal::Malformed { rule: source.to_string() })?;
                match shape::other_kind(body, &read) {
                    None => Ok(event),
                    Some((place, rule)) => {
                        let field = format!("body{place}");
                        Err(Refusal::BodyDoesNotMatchSchema { field, rule })
                    }
                }
            }

            /// The body as JSON text, in its present version.
            ///
            /// # Errors
            /// None in practice: bodies hold nothing that JSON cannot.
            pub fn to_json(&self) -> serde_json::Result<String> {
                match self { $($( Event::$name(body) => serde_json::to_string(body), )*)* }
            }

            pub(crate) fn to_value(&self) -> serde_json::Result<Value> {
                match self { $($( Event::$name(body) => serde_json::to_value(body), )*)* }
            }
        }
    };
}

/// Reads a body; on failure reads it again, slowly, to name the field.
fn read<T: DeserializeOwned>(body: &str) -> Result<T, Refusal> {
    serde_json::from_str(body).map_err(|plain| {
        let from = &mut serde_json::Deserializer::from_str(body);
        match serde_path_to_error::deserialize::<_, T>(from) {
            Ok(_) => Refusal::Malformed { rule: plain.to_string() },
            Err(located) => {
                let path = located.path().to_string();
                let field = if path == "." { "body".into() } else { format!("body.{path}") };
                Refusal::BodyDoesNotMatchSchema { field, rule: located.into_inner().to_string() }
            }
        }
    })
}

catalog! {
    Case case "case" {
        ApplicationReceived 1 "收件"
        ReceiptVoucherIssued 1 "出具收件憑證"
        OneOffNoticeGiven 1 "一次性告知"
        SupplementReceived 1 "補正材料收到"
        ApplicationAccepted 2 "受理"
        ApplicationDeemedAccepted 1 "視為受理"
        ApplicationNotAccepted 1 "不予受理"
        NegativeDecisionFiled 1 "否定報備"
        TolerantAcceptanceGiven 1 "容缺受理"
        CommitmentMade 1 "告知承諾"
        DueDayStated 1 "告知辦結期限"
        StepStarted 1 "環節開始"
        StepCompleted 1 "環節完成"
        CaseHandedOver 1 "轉辦"
        CaseForwardedUp 1 "上報"
        UpperResultReceived 1 "上級結果收到"
        JointReviewOpened 1 "啟動並聯"
        CoUnitNotified 1 "告知協辦單位"
        CoUnitOpinionGiven 1 "協辦單位意見"
        JointReviewHeld 1 "會審"
        CoUnitAbsenceTakenAsConsent 1 "缺席默認"
        CoUnitSilenceTakenAsConsent 1 "超時默認"
        SiteVisitScheduled 1 "安排現場踏勘"
        SiteVisitMade 1 "現場踏勘"
        ExcludedProcedureStarted 1 "特別程序開始"
        ExcludedProcedureEnded 1 "特別程序結束"
        ExcludedProcedureDelayExplained 1 "特別程序超期說明"
        ExtensionRequested 1 "申請延期"
        ExtensionApproved 1 "批准延期"
        ExtensionRefused 1 "不批准延期"
        InterestedPartyNotified 1 "告知利害關係人"
        HearingRequested 1 "申請聽證"
        HearingHeld 1 "舉行聽證"
        DecisionMade 1 "作出決定"
        DecisionPublished 1 "決定公開"
        FeeAssessed 1 "核費"
        FeePaid 1 "繳費"
        FeeWaived 1 "減免"
        FeeRefunded 1 "退費"
        LicenceIssued 1 "制證"
        CollectionNoticeGiven 1 "通知領取"
        ResultDelivered 1 "送達"
        CaseReturned 1 "退件"
        ApplicationWithdrawn 1 "申請人撤回"
        CaseVoided 1 "作廢"
        CaseClosed 1 "辦結"
        AgencyEntrusted 1 "委託代辦"
        AgencyFollowedUp 1 "代辦回訪"
        ActCorrected 1 "更正"
        ReminderSent 1 "提示"
        OverdueNoticeSent 1 "超時告知"
        ExcludedProcedureOverrunNoticeSent 1 "特別程序超時告知"
        RenewalDeemedGranted 1 "視為准予延續"
    }
    Window window "window" {
        WindowRegistered 1 "窗口登記"
        WindowWithdrawn 1 "窗口撤銷"
        WindowOpened 1 "開窗"
        WindowClosed 1 "關窗"
        WindowTimetablePublished 1 "公布窗口時刻"
        WindowKindChanged 1 "窗口類別變更"
        WindowRelocated 1 "窗口遷移"
        InquiryReceived 1 "咨詢"
        InquiryHandedOver 1 "咨詢轉交"
        InquiryAnswered 1 "咨詢答覆"
        TicketIssued 1 "取號"
        TicketCalled 1 "叫號"
        PaymentWindowDesignated 1 "指定扎口收費窗口"
    }
    Site site "site" {
        SitePlanned 1 "規劃"
        CoverageTargetSet 1 "全覆蓋目標"
        SiteEstablished 1 "建成"
        SiteAccepted 1 "驗收"
        PremisesRecorded 1 "場所登記"
        SignInstalled 1 "掛牌"
        FacilityRecorded 1 "設施登記"
        FacilityFaultReported 1 "設施故障"
        FacilityRepaired 1 "設施修復"
        RuleSetPosted 1 "制度上牆"
        OpeningCalendarSet 1 "開放時間"
        ResponsiblePersonAppointed 1 "責任人任命"
        ResponsiblePersonRelieved 1 "責任人免職"
        DoorsOpened 1 "開門"
        DoorsClosed 1 "關門"
        LedgerOpened 1 "建立臺帳"
        LedgerEntryMade 1 "臺帳記錄"
        HeartbeatReceived 1 "設備心跳"
        SourceConnected 1 "接入來源系統"
        BatchReceived 1 "收到批次"
        BatchRefused 1 "拒收批次"
        DelayedUploadDeclared 1 "申報遲傳"
        DoubleEntryReported 1 "申報重複錄入"
    }
    Item item "item" {
        ItemRegistered 1 "事項登記"
        ItemRevised 1 "事項修訂"
        ItemSuspended 1 "事項暫停"
        ItemCancelled 1 "事項取消"
        ItemAssignedToSite 1 "事項進中心"
        ItemAuthorised 1 "授權到位"
        PromiseChanged 1 "承諾時限變更"
        FlowDefined 1 "流程定義"
        SpecialLinkRegistered 1 "特殊環節登記"
        SpecialLinkCancelled 1 "特殊環節註銷"
        TariffPublished 1 "公布收費標準"
        GuidePublished 1 "公示"
        ItemLegalReviewPassed 1 "合法性審查通過"
    }
    Staff staff "staff" {
        StaffAssigned 1 "上崗"
        StaffSeconded 1 "派駐"
        StaffRecalled 1 "撤回"
        PostPaired 1 "AB崗"
        StaffCheckedIn 1 "簽到"
        StaffCheckedOut 1 "簽退"
        LeaveApproved 1 "准假"
        HandoverRecorded 1 "交接"
        EmptyPostObserved 1 "空崗"
        TrainingCompleted 1 "培訓"
        AppraisalScored 1 "考核評分"
        CredentialGranted 1 "授予權限"
        CredentialRevoked 1 "撤銷權限"
    }
    Inspection inspection "inspection" {
        InspectionPlanned 1 "計劃督查"
        InspectionStarted 1 "督查開始"
        ChecklistItemScored 1 "檢查項評定"
        EvidenceAttached 1 "附證據"
        MysteryVisitMade 1 "暗訪"
        InspectionConcluded 1 "督查結束"
        CallBackMade 1 "電話回訪"
        SampleFileReviewed 1 "抽查案卷"
        FlagSuspected 1 "疑似不到位"
        FlagConfirmed 1 "確認不到位"
        FlagCleared 1 "解除不到位"
        SupervisionSlipIssued 1 "督查單"
        SlipAnswered 1 "督查單答覆"
        RectificationOrdered 1 "責令整改"
        RectificationReported 1 "整改報告"
        ReinspectionMade 1 "復查"
        RectificationOverdueNoticeSent 1 "整改超期告知"
        ChainVerified 1 "核驗存證鏈"
        ChainBreakFound 1 "存證鏈斷裂"
        BackupVerified 1 "備份核驗"
        RestoreDrilled 1 "恢復演練"
    }
    Card card "card" {
        WarningRaised 1 "預警"
        YellowCardIssued 1 "黃牌"
        RedCardIssued 1 "紅牌"
        SeriousViolationMarked 1 "嚴重違規"
        UnitCardIssued 1 "單位牌"
        CardNotified 1 "告牌"
        CardAnswered 1 "答覆紅黃牌"
        CardAppealed 1 "申訴"
        AppealDecided 1 "申訴決定"
        CardEscalated 1 "紅黃牌升級"
        CardClosed 1 "結牌"
        PointsPosted 1 "記分"
        AdmonitionGiven 1 "效能告誡"
        SupervisionProposalIssued 1 "監察建議書"
        ProposalAdopted 1 "採納監察建議"
        ProposalRefused 1 "不採納監察建議"
        ClueHandedOver 1 "問題線索移交"
    }
    Complaint complaint "complaint" {
        ComplaintReceived 1 "收到投訴"
        ComplaintRouted 1 "投訴分派"
        ComplaintAccepted 1 "受理投訴"
        ComplaintNotAccepted 1 "不予受理投訴"
        ComplaintTransferred 1 "轉送投訴"
        ComplaintInvestigated 1 "調查投訴"
        ComplaintDecided 1 "投訴處理決定"
        ComplaintReplied 1 "答覆投訴人"
        ComplaintAppealed 1 "投訴復查申請"
        ComplaintClosed 1 "投訴結案"
        ComplaintExtensionApproved 1 "批准延長辦理"
        ReviewSubmitted 1 "好差評"
        BadReviewVerified 1 "差評核實"
        BadReviewRectified 1 "差評整改"
        ReviewAppealed 1 "評價申訴"
        SatisfactionAnomalyFlagged 1 "滿意度異常"
    }
    Bulletin bulletin "bulletin" {
        BulletinDrafted 1 "起草通報"
        BulletinReviewed 1 "審核通報"
        BulletinSigned 1 "簽發通報"
        BulletinNumbered 1 "編號"
        BulletinIssued 1 "印發通報"
        BulletinDelivered 1 "通報送達"
        BulletinRead 1 "通報閱讀"
        BulletinErratumIssued 1 "通報更正"
        BulletinHandedOver 1 "通報外送"
        BulletinReceiverRegistered 1 "收件端登記"
        RankingFrozen 1 "排名定格"
        PeriodClosed 1 "結帳"
    }
    Policy policy "policy" {
        ClockRulesAdopted 1 "時限規則生效"
        AccessGranted 1 "授予接入權"
        AccessRevoked 1 "撤銷接入權"
        ProjectionEventSkipped 1 "投影跳過"
        RuleSetAdopted 1 "規則集生效"
        CardPolicyAdopted 1 "紅黃牌辦法生效"
        SupervisingBodyNamed 1 "監察機關名稱"
        IndicatorRulesAdopted 1 "異常指標生效"
        FlagRulesAdopted 1 "五個不到位規則生效"
        ChecklistAdopted 1 "檢查表生效"
        ComplaintRulesAdopted 1 "投訴與評價辦法生效"
        ScoreRulesAdopted 1 "考核辦法生效"
        BulletinRulesAdopted 1 "通報辦法生效"
        AccountOpened 1 "開立帳戶"
        AccountClosed 1 "關閉帳戶"
    }
    Calendar calendar "calendar" {
        HolidayNoticePublished 1 "節假日安排通知"
        HolidayNoticeAmended 1 "節假日安排調整"
        JurisdictionSet 1 "轄區歷法"
        OpenClocksRecomputed 1 "期限重算"
    }
    Applicant applicant "applicant" {
        DetailsSealed 1 "密封申請人資料"
        DetailsDisclosed 1 "查閱申請人資料"
        DetailsDestroyed 1 "銷毀申請人資料"
    }
}
