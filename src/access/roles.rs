//! 角色權限: what each role may do, in one table. What a token of a system may do is in its grant.

use tongjian_events::policy::Role;
use tongjian_events::{ActorKind, StreamKind};

/// 權限: what an address asks of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// 公開: nothing; not even to be known.
    Public,
    /// 登入: to be known.
    Known,
    /// 閱: to read cases, sites, cards, lists and bulletins.
    Read,
    /// 原文: to read acts as they were sent, one by one, in streams and as they come.
    ReadActs,
    /// 報: to append acts; which ones is asked act by act.
    Send,
    /// 通報: to take a bulletin from draft to erratum.
    Publish,
    /// 揭示: to be shown an applicant's personal fields, with a reason.
    Disclose,
    /// 閱者: to see on a case who has read it.
    Viewers,
    /// 審計: to read who looked at what.
    Audit,
    /// 管理: to open and close accounts and tokens.
    Administer,
    /// 指標: the process's own figures and the description of the interface.
    Figures,
}

impl std::fmt::Display for Right {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Public => "to be answered",
            Self::Known => "to be known",
            Self::Read => "to read cases, sites and bulletins",
            Self::ReadActs => "to read acts as they were sent",
            Self::Send => "to append acts",
            Self::Publish => "to issue bulletins",
            Self::Disclose => "to be shown personal fields",
            Self::Viewers => "to see who has read a case",
            Self::Audit => "to read the audit trail",
            Self::Administer => "to open accounts and tokens",
            Self::Figures => "to read the figures of the process",
        })
    }
}

/// What a role may do.
#[must_use]
pub const fn rights(role: Role) -> &'static [Right] {
    use Right::{
        Administer, Audit, Disclose, Figures, Known, Publish, Read, ReadActs, Send, Viewers,
    };
    match role {
        Role::Inspector => &[Known, Read, ReadActs, Send, Disclose, Viewers, Figures],
        Role::Bureau => &[Known, Read, ReadActs, Send, Publish, Disclose, Viewers, Figures],
        Role::Centre => &[Known, Read, ReadActs, Send, Disclose],
        Role::Department => &[Known, Read, ReadActs, Send],
        Role::Auditor => &[Known, Read, ReadActs, Viewers, Audit, Figures],
        Role::Administrator => &[Known, Audit, Administer, Figures],
    }
}

/// The acts by which the inspected answer.
const ANSWERS: &[&str] = &[
    "inspection.SlipAnswered",
    "inspection.RectificationReported",
    "card.CardAnswered",
    "card.CardAppealed",
    "card.ProposalAdopted",
    "card.ProposalRefused",
    "complaint.ComplaintReplied",
    "complaint.BadReviewRectified",
    "complaint.ReviewAppealed",
    "bulletin.BulletinRead",
];

/// The acts that only the bureau does, among those of inspections, cards and complaints.
const BUREAU_ONLY: &[&str] = &["card.AppealDecided", "card.AdmonitionGiven", "card.ClueHandedOver"];

/// Whether somebody in this role may append this event at all. Acts of access are appended by
/// administration alone, never as they come.
#[must_use]
pub fn may_append(role: Role, kind: StreamKind, event: &str) -> bool {
    use StreamKind::{
        Applicant, Bulletin, Calendar, Card, Case, Complaint, Inspection, Item, Policy, Site,
        Staff, Window,
    };
    let answers = ANSWERS.contains(&event);
    if kind == Applicant {
        return match event {
            "applicant.DetailsSealed" => matches!(role, Role::Centre | Role::Department),
            "applicant.DetailsDestroyed" => role == Role::Bureau,
            _ => rights(role).contains(&Right::Disclose),
        };
    }
    let supervises = matches!(kind, Inspection | Card | Complaint) && !answers;
    match role {
        Role::Inspector => supervises && !BUREAU_ONLY.contains(&event),
        Role::Bureau => supervises || (matches!(kind, Bulletin | Policy | Calendar) && !answers),
        Role::Centre => matches!(kind, Case | Window | Site | Item | Staff) || answers,
        Role::Department => matches!(kind, Case | Item) || answers,
        Role::Auditor | Role::Administrator => false,
    }
}

/// What somebody in this role signs as.
#[must_use]
pub const fn actor(role: Role) -> ActorKind {
    match role {
        Role::Inspector | Role::Bureau | Role::Auditor => ActorKind::Inspector,
        Role::Centre | Role::Department | Role::Administrator => ActorKind::Staff,
    }
}

/// The kinds of stream that somebody in this role appends to.
#[must_use]
pub fn kinds(role: Role) -> Vec<StreamKind> {
    let rows = tongjian_events::CATALOG.iter();
    let may = rows.filter(|row| may_append(role, row.stream, row.wire_name()));
    let mut kinds: Vec<_> = may.map(|row| row.stream).collect();
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_that_is_named_is_in_the_catalogue() {
        for name in ANSWERS.iter().chain(BUREAU_ONLY) {
            assert!(tongjian_events::CATALOG.iter().any(|row| row.wire_name() == *name), "{name}");
        }
    }

    #[test]
    fn nobody_both_supervises_and_answers() {
        for role in Role::ALL {
            let decides = may_append(role, StreamKind::Card, "card.AppealDecided");
            let appeals = may_append(role, StreamKind::Card, "card.CardAppealed");
            assert!(!(decides && appeals), "{role}");
        }
    }

    #[test]
    fn who_opens_accounts_sees_no_case_and_who_audits_writes_nothing() {
        assert!(!rights(Role::Administrator).contains(&Right::Read));
        assert!(!rights(Role::Administrator).contains(&Right::Disclose));
        assert!(kinds(Role::Auditor).is_empty());
        for role in Role::ALL {
            let administers = rights(role).contains(&Right::Administer);
            assert_eq!(administers, role == Role::Administrator, "{role}");
        }
    }
}
