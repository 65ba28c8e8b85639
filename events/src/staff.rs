//! 人員: a member of staff, known by number, never by name: posts, presence, leave, appraisal.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{SiteCode, StreamId};
use crate::item::Authority;
use crate::shape::bodies;
use crate::values::{
    Code, Count, DocumentNo, Edition, Instant, Name, Period, ScoreHundredths, StaffId, Text,
    UnitCode, WindowId,
};

/// 考核分項: one part of an appraisal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoredPart {
    /// The part.
    pub part: Code,
    /// What was given.
    pub score_hundredths: ScoreHundredths,
    /// Why points were taken or added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

bodies! {
    /// 上崗: the person took up a post at a site.
    StaffAssigned {
        /// The site.
        site: SiteCode,
        /// The post.
        post: Name,
        /// The window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowId>,
        /// The unit the person belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<UnitCode>,
    }

    /// 派駐: a unit sent the person to a site.
    StaffSeconded {
        /// The unit.
        from: UnitCode,
        /// The site.
        site: SiteCode,
        /// The post there.
        post: Name,
        /// The window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowId>,
        /// The last day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_on: Option<NaiveDate>,
    }

    /// 撤回: the person was taken away from a site.
    StaffRecalled {
        /// The site.
        site: SiteCode,
        /// 報備文號: the number under which this was filed; absent where it was not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filing_no: Option<DocumentNo>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// AB崗: another person covers when this one is away.
    PostPaired {
        /// The site.
        site: SiteCode,
        /// The post.
        post: Name,
        /// The window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowId>,
        /// B崗: who covers.
        cover: StaffId,
    }

    /// 簽到: the person came to work.
    StaffCheckedIn {
        /// The site.
        site: SiteCode,
        /// The window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowId>,
        /// 頂崗: for whom, if for another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        covers: Option<StaffId>,
    }

    /// 簽退: the person left work.
    StaffCheckedOut {
        /// The site.
        site: SiteCode,
        /// The window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowId>,
        /// Why, if before the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// 准假: the person may stay away.
    LeaveApproved {
        /// From when.
        from_at: Instant,
        /// Until when.
        until_at: Instant,
        /// Who approved.
        approver: StaffId,
        /// Who covers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cover: Option<StaffId>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// 交接: work was handed to another person.
    HandoverRecorded {
        /// To whom.
        to: StaffId,
        /// The cases, as `case/…`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cases: Vec<StreamId>,
        /// What must be known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
    }

    /// 空崗: an observer found the post empty. What follows from it is judged later.
    EmptyPostObserved {
        /// The site.
        site: SiteCode,
        /// The window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowId>,
        /// The post.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<Name>,
        /// From when.
        from_at: Instant,
        /// Until when, if the observer stayed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_at: Option<Instant>,
        /// The inspection, as `inspection/…`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        inspection: Option<StreamId>,
    }

    /// 培訓: the person completed a training.
    TrainingCompleted {
        /// Which one.
        course: Name,
        /// How many hours it took.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hours: Option<Count>,
    }

    /// 考核評分: the person's work in a period was scored.
    AppraisalScored {
        /// The period.
        period: Period,
        /// Part by part.
        parts: Vec<ScoredPart>,
        /// The sum as published.
        total_hundredths: ScoreHundredths,
        /// The edition of the form.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edition: Option<Edition>,
    }

    /// 授予權限: the person may sign or log in.
    CredentialGranted {
        /// The account's or seal's number.
        credential: Code,
        /// Where.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sites: Vec<SiteCode>,
        /// How far it goes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        authority: Option<Authority>,
        /// The last day it holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_on: Option<NaiveDate>,
    }

    /// 撤銷權限: the person may not sign or log in any more.
    CredentialRevoked {
        /// The account's or seal's number.
        credential: Code,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }
}
