//! 投訴: one complaint or one review, from receipt to reply. How late it is, is a projection's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::card::Subject;
use crate::case::ApproverRole;
use crate::shape::{bodies, words};
use crate::values::{
    ApplicantRef, CalendarDays, DocumentNo, Instant, Name, Position, StaffId, Text, UnitCode,
};

mod review;

pub use review::*;

words! {
    /// 投訴途徑: which clocks a complaint follows.
    ComplaintRoute {
        /// 電子監察投訴: in working days.
        ESupervision,
        /// 信訪: in calendar days.
        Petition,
    }

    /// 投訴渠道: how a complaint came.
    ComplaintChannel {
        /// 來訪.
        Counter,
        /// 電話.
        Telephone,
        /// 來信.
        Letter,
        /// 網上.
        Online,
        /// 12345熱線.
        Hotline,
        /// 意見箱.
        Box,
    }

    /// 投訴類別: what a complaint is about.
    ComplaintCategory {
        /// 超時.
        Overtime,
        /// 服務態度.
        Attitude,
        /// 空崗脫崗.
        Absence,
        /// 違規收費.
        Charging,
        /// 推諉拒辦.
        Refusal,
        /// 程序違規.
        Procedure,
        /// 廉潔問題: favours or property taken (art. 27, 73).
        Integrity,
        /// 其他.
        Other,
    }

    /// 主管機關: which organ a kind of complaint belongs to.
    CompetentOrgan {
        /// 服務中心.
        ServiceCentre,
        /// 糾風辦.
        RectificationOffice,
        /// 監察局.
        SupervisionBureau,
    }

    /// 投訴認定: what came out.
    ComplaintFinding {
        /// 屬實.
        Verified,
        /// 部分屬實.
        PartlyVerified,
        /// 不屬實.
        NotVerified,
        /// 無法查實.
        CannotBeVerified,
    }

    /// 投訴結案方式: how a complaint ended.
    ComplaintClosure {
        /// 已答覆.
        Answered,
        /// 投訴人撤回.
        Withdrawn,
        /// 已轉送.
        Transferred,
        /// 不予受理.
        NotAccepted,
    }
}

bodies! {
    /// 收到投訴: somebody complained. The acceptance clock of its route starts.
    ComplaintReceived {
        /// Which clocks it follows.
        route: ComplaintRoute,
        /// How it came.
        channel: ComplaintChannel,
        /// What it is about.
        category: ComplaintCategory,
        /// Whom or what it is about.
        about: Subject,
        /// Who complains, as an opaque reference; absent when anonymous.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        complainant: Option<ApplicantRef>,
        /// What was said, without names of persons.
        statement: Text,
    }

    /// 投訴分派: the complaint was given to a unit to handle.
    ComplaintRouted {
        /// To whom.
        to: UnitCode,
        /// Which of the competent organs that is; told by its name where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        organ: Option<CompetentOrgan>,
    }

    /// 受理投訴: the complainant was told that it is accepted.
    ComplaintAccepted {
        /// The notice's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        acceptance_no: Option<DocumentNo>,
    }

    /// 不予受理投訴: the complainant was told that it is not accepted.
    ComplaintNotAccepted {
        /// Why; none is a finding.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reasons: Option<Text>,
        /// Where the complainant was sent, if another organ is competent. It should have been
        /// transferred there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        redirected_to: Option<UnitCode>,
    }

    /// 轉送投訴: the complaint went to the competent organ.
    ComplaintTransferred {
        /// To whom.
        to: UnitCode,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
        /// Which of the competent organs that is; told by its name where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        organ: Option<CompetentOrgan>,
    }

    /// 調查投訴: somebody looked into it.
    ComplaintInvestigated {
        /// Who.
        investigators: Vec<StaffId>,
        /// What was found.
        findings: Text,
    }

    /// 投訴處理決定: it was decided what came out.
    ComplaintDecided {
        /// What came out.
        finding: ComplaintFinding,
        /// What follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        measures: Option<Text>,
        /// The positions it rests on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        grounds: Vec<Position>,
    }

    /// 答覆投訴人: the complainant got the answer.
    ComplaintReplied {
        /// What was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply: Option<Text>,
        /// How.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        means: Option<Name>,
        /// The letter's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_no: Option<DocumentNo>,
    }

    /// 投訴復查申請: the complainant asked for a review.
    ComplaintAppealed {
        /// Why.
        reasons: Text,
    }

    /// 批准延長辦理: a petition was given more time (信訪條例第三十三條). Void when late, too long, or
    /// by the wrong person.
    ComplaintExtensionApproved {
        /// How much.
        calendar_days: CalendarDays,
        /// Who approved.
        approver_role: ApproverRole,
        /// Why.
        reason: Text,
        /// When the complainant was told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        complainant_told_at: Option<Instant>,
    }

    /// 投訴結案: the complaint is done with.
    ComplaintClosed {
        /// How.
        closure: ComplaintClosure,
    }
}
