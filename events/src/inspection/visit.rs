//! 檢查: the visit to a site, its checklist, its evidence, its samples.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CheckResult, EvidenceKind, Flag, Geotag, InspectionKind};
use crate::ids::{SiteCode, StreamId};
use crate::shape::bodies;
use crate::values::{
    Code, Count, Digest, Edition, Instant, ScoreHundredths, StaffId, Text, WindowId,
};

bodies! {
    /// 計劃督查: an inspection of a site was planned.
    InspectionPlanned {
        /// The site.
        site: SiteCode,
        /// How.
        kind: InspectionKind,
        /// The day.
        planned_on: NaiveDate,
        /// Who goes.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        inspectors: Vec<StaffId>,
        /// The checklist.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checklist: Option<Code>,
        /// Its edition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checklist_edition: Option<Edition>,
    }

    /// 督查開始: the inspectors began.
    InspectionStarted {
        /// The site.
        site: SiteCode,
        /// How.
        kind: InspectionKind,
        /// Who is there.
        inspectors: Vec<StaffId>,
        /// The checklist.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checklist: Option<Code>,
        /// Its edition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checklist_edition: Option<Edition>,
    }

    /// 檢查項評定: one check of the list was made.
    ChecklistItemScored {
        /// The check.
        check: Code,
        /// Which of the five it bears on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flag: Option<Flag>,
        /// What was found.
        result: CheckResult,
        /// What was given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        score_hundredths: Option<ScoreHundredths>,
        /// 否決項: whether this check alone decides the flag.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        blocking: Option<bool>,
        /// What was seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
    }

    /// 附證據: something that can be shown was added; the thing itself is kept elsewhere.
    EvidenceAttached {
        /// What it is.
        kind: EvidenceKind,
        /// Its digest.
        digest: Digest,
        /// Where it is kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<Text>,
        /// When it was taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        taken_at: Option<Instant>,
        /// Where it was taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        taken_where: Option<Geotag>,
        /// The act that it supports.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refers_to: Option<Uuid>,
        /// What it shows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<Text>,
    }

    /// 暗訪: somebody went unannounced and saw.
    MysteryVisitMade {
        /// The site.
        site: SiteCode,
        /// The window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowId>,
        /// The floor or hall.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Text>,
        /// What was seen, without names of persons.
        observed: Text,
        /// How many posts should have been filled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        posts_expected: Option<Count>,
        /// How many were.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        posts_filled: Option<Count>,
    }

    /// 督查結束: the inspectors ended and summed up.
    InspectionConcluded {
        /// What they found.
        summary: Text,
        /// Which of the five they found not in place.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        not_in_place: Vec<Flag>,
    }

    /// 電話回訪: an applicant was called and asked.
    CallBackMade {
        /// The case, as `case/…`.
        case: StreamId,
        /// Whether somebody answered.
        reached: bool,
        /// Whether the answer agrees with the chronicle.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        record_confirmed: Option<bool>,
        /// Whether the applicant was satisfied.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        satisfied: Option<bool>,
        /// What was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
    }

    /// 抽查案卷: the paper file of a case was compared with the chronicle.
    SampleFileReviewed {
        /// The case, as `case/…`.
        case: StreamId,
        /// Whether they agree.
        record_confirmed: bool,
        /// Where they do not, or what is missing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        faults: Vec<Text>,
    }
}
