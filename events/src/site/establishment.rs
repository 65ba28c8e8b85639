//! 建設: planning, building, acceptance; premises and facilities, posts and rules.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Facility, ResponsiblePost, SiteLevel};
use crate::ids::SiteCode;
use crate::shape::bodies;
use crate::values::{
    Code, Count, DocumentNo, Edition, Floor, Name, SquareMetres, StaffId, Text, UnitCode,
};
use crate::window::OpeningSlot;

bodies! {
    /// 規劃: a site is to be built here; it counts as due in the coverage.
    SitePlanned {
        /// Its administrative code.
        site: SiteCode,
        /// Its official name.
        name: Name,
        /// Its level.
        level: SiteLevel,
        /// The site above it; absent at the top.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<SiteCode>,
    }

    /// 全覆蓋目標: by when this site and everything below it must be built. A target, not a legal
    /// period: it does not move to a working day.
    CoverageTargetSet {
        /// The last day.
        target_on: NaiveDate,
        /// The document that sets it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
    }

    /// 建成: the site was built. It may have been planned before or not.
    SiteEstablished {
        /// Its administrative code.
        site: SiteCode,
        /// Its official name.
        name: Name,
        /// Its level.
        level: SiteLevel,
        /// The site above it; absent at the top.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<SiteCode>,
    }

    /// 驗收: the site was inspected and accepted.
    SiteAccepted {
        /// Who accepted it.
        accepted_by: UnitCode,
        /// The acceptance document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
        /// What was left to do.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remarks: Option<Text>,
    }

    /// 場所登記: where the site is and how large.
    PremisesRecorded {
        /// The floor area open to the public.
        area_square_metres: SquareMetres,
        /// The address.
        address: Text,
        /// The floor; 1 is the ground floor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        floor: Option<Floor>,
        /// 功能分區: the zones it is divided into.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        zones: Vec<Name>,
    }

    /// 掛牌: the uniform sign was put up.
    SignInstalled {
        /// What it says.
        wording: Name,
    }

    /// 設施登記: something the site must have is there.
    FacilityRecorded {
        /// What it is.
        facility: Facility,
        /// Its name or model.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Name>,
        /// Its device number, as `source.device` names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<Code>,
        /// How many there are now.
        count: Count,
    }

    /// 設施故障: something does not work.
    FacilityFaultReported {
        /// What it is.
        facility: Facility,
        /// Its device number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<Code>,
        /// What is wrong.
        fault: Text,
    }

    /// 設施修復: it works again.
    FacilityRepaired {
        /// What it is.
        facility: Facility,
        /// Its device number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<Code>,
    }

    /// 制度上牆: a set of rules hangs on the wall.
    RuleSetPosted {
        /// Its title.
        title: Name,
        /// Its edition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edition: Option<Edition>,
    }

    /// 開放時間: when the site is open. It moves no legal clock.
    OpeningCalendarSet {
        /// The first day it holds.
        effective_on: NaiveDate,
        /// The last day, for a season.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_on: Option<NaiveDate>,
        /// The spans of opening.
        slots: Vec<OpeningSlot>,
    }

    /// 責任人任命: a person took one of the posts that the site must have.
    ResponsiblePersonAppointed {
        /// The post.
        post: ResponsiblePost,
        /// Who.
        staff: StaffId,
        /// The document of appointment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
    }

    /// 責任人免職: a person left such a post.
    ResponsiblePersonRelieved {
        /// The post.
        post: ResponsiblePost,
        /// Who.
        staff: StaffId,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }
}
