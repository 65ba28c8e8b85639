//! 只示不判: the rows of the catalogue that no judgement rests on. An act of such a row still has
//! its line on the timeline, with its own gloss, and the findings on any act hold of it, too
//! (entered late, by a stranger). Every row that is not named here changes a clock, a finding or
//! the context, and a scenario shows where; tests hold both.

/// 只示不判: shown on the timeline, and nothing follows from what they say.
pub const SHOWN_ONLY: &[&str] = &[
    "case.ReceiptVoucherIssued",
    "case.TolerantAcceptanceGiven",
    "case.CommitmentMade",
    "case.DueDayStated",
    "case.JointReviewOpened",
    "case.ExcludedProcedureDelayExplained",
    "case.ExtensionRequested",
    "case.ExtensionRefused",
    "case.InterestedPartyNotified",
    "case.DecisionPublished",
    "case.AgencyFollowedUp",
    "case.OverdueNoticeSent",
    "case.ExcludedProcedureOverrunNoticeSent",
    "window.InquiryReceived",
    "window.InquiryHandedOver",
    "window.InquiryAnswered",
    "window.TicketCalled",
    "window.PaymentWindowDesignated",
    "site.PremisesRecorded",
    "site.SignInstalled",
    "site.RuleSetPosted",
    "site.DoorsClosed",
    "site.SourceConnected",
    "site.BatchRefused",
    "site.DoubleEntryReported",
    "item.ItemLegalReviewPassed",
    "staff.LeaveApproved",
    "staff.HandoverRecorded",
    "staff.TrainingCompleted",
    "inspection.ChainVerified",
    "inspection.BackupVerified",
    "inspection.RestoreDrilled",
    "card.AdmonitionGiven",
    "card.SupervisionProposalIssued",
    "card.ProposalAdopted",
    "card.ProposalRefused",
    "card.ClueHandedOver",
    "complaint.ComplaintInvestigated",
    "complaint.SatisfactionAnomalyFlagged",
    "bulletin.BulletinHandedOver",
    "bulletin.BulletinReceiverRegistered",
    "bulletin.RankingFrozen",
    "policy.RuleSetAdopted",
    "calendar.OpenClocksRecomputed",
];

/// 投影之外: read by the service itself, not by a projection: who may append and read, what an
/// operator let a projection pass over, and the sealed details of applicants.
pub const READ_BY_THE_SERVICE: &[&str] = &[
    "policy.BulletinRulesAdopted",
    "policy.SupervisingBodyNamed",
    "policy.AccessGranted",
    "policy.AccessRevoked",
    "policy.AccountOpened",
    "policy.AccountClosed",
    "policy.ProjectionEventSkipped",
    "applicant.DetailsSealed",
    "applicant.DetailsDisclosed",
    "applicant.DetailsDestroyed",
];
