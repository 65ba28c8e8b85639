//! 用語: the words that queries answer, by query or by column, and what is said for them.

use tongjian_projections::finding::FindingKind;

const HANDLINGS: &[&str] = &[
    "direct",
    "promised",
    "parallel",
    "report_up",
    "one_off_notice",
    "negative_filing",
    "concentrated_charging",
];
const APPEALS: &[&str] = &[
    "lawful_pause_not_recorded",
    "system_failure",
    "entry_error",
    "force_majeure",
    "applicants_delay",
    "duplicate_case",
    "other",
];
const PROCEDURES: &[&str] = &[
    "hearing",
    "tender",
    "auction",
    "inspection",
    "testing",
    "quarantine",
    "appraisal",
    "expert_review",
];
const CATEGORIES: &[&str] =
    &["overtime", "attitude", "absence", "charging", "refusal", "procedure", "integrity", "other"];
const RATINGS: &[&str] =
    &["very_satisfied", "satisfied", "fairly_satisfied", "dissatisfied", "very_dissatisfied"];
const WINDOW_KINDS: &[&str] = &["permanent", "periodic", "mobile", "agency"];
const LEVELS: &[&str] = &["municipal", "county", "township", "village", "none"];
const STEPS: &[&str] = &["planned", "established", "accepted", "operating"];
const FLAGS: &[&str] = &["premises", "facilities", "personnel", "items", "operation"];
const FLAG_RULES: &[&str] = &[
    "acts_elsewhere",
    "doors_not_opened",
    "fault_unrepaired",
    "heartbeat_lost",
    "item_never_handled",
    "ledger_idle",
    "ledger_not_opened",
    "one_login_two_sites",
    "post_vacant",
    "posts_empty_on_visit",
    "silent_site",
    "staff_off_roster",
    "staff_rotated",
    "window_unattended",
];

/// The words that a query answers as its parts.
pub(super) fn of_query(name: &str) -> Vec<String> {
    let words: &[&str] = match name {
        "sites_network" => {
            let steps = |level: &&str| {
                let level = (*level).to_owned();
                STEPS.iter().map(move |step| format!("{level}/{step}"))
            };
            return LEVELS.iter().flat_map(steps).collect();
        }
        "irregularities_found" => {
            return FindingKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect();
        }
        "cases_received" | "cases_open" => HANDLINGS,
        "cases_finished" => &["granted", "refused", "normal", "forwarded", "withdrawn", "void"],
        "card_answers" | "complaint_answers" => &["in_time", "late", "unanswered"],
        "cards_appealed" | "cards_withdrawn" => APPEALS,
        "orders_standing" => &["not_due", "overdue"],
        "pauses" => PROCEDURES,
        "extensions" => &["counts", "void"],
        "fees" => &["assessed", "paid", "waived", "refunded"],
        "complaints_received" => CATEGORIES,
        "complaint_findings" => {
            &["verified", "partly_verified", "not_verified", "cannot_be_verified"]
        }
        "reviews" => RATINGS,
        "bad_reviews" => &["rectified", "verified", "open"],
        "inspections_held" => &["routine", "special", "unannounced", "remote"],
        "slips_issued" => &["blue", "yellow", "orange", "red"],
        _ => &[],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The words that stand in a column of a list.
pub(super) fn of_column(name: &str) -> Vec<String> {
    let words: &[&[&str]] = match name {
        "level" => &[&["reminder", "warning", "yellow", "red", "serious"], LEVELS],
        "kind" => &[
            &["receipt", "promised", "statutory", "lower_review", "upper_leg", "delivery"],
            WINDOW_KINDS,
            &["none"],
        ],
        "flag" => &[FLAGS],
        "state" => &[&["suspected", "confirmed", "cleared"]],
        "procedure" => &[PROCEDURES],
        "standing" => &[&["drafted", "reviewed", "signed", "issued", "withdrawn"]],
        "rule" => &[FLAG_RULES],
        _ => &[],
    };
    words.concat().iter().map(|word| (*word).to_owned()).collect()
}

/// The word to look up for what a query answers: one word of the tables may mean two things.
pub(super) fn meant<'w>(query: &str, word: &'w str) -> &'w str {
    match (query, word) {
        ("cases_received" | "cases_open", "promised") => "promised_handling",
        ("cases_finished", "withdrawn") => "withdrawn_by_applicant",
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use tongjian_events::complaint::{ComplaintCategory, ComplaintFinding, Rating};

    use super::of_query;

    fn are<T: DeserializeOwned>(query: &str) {
        let words = of_query(query);
        assert!(words.len() > 3, "{query}");
        for word in words {
            let read = serde_json::from_value::<T>(word.clone().into());
            assert!(read.is_ok(), "{query}: the chronicle has no word `{word}`");
        }
    }

    #[test]
    fn the_words_of_complaints_and_reviews_are_those_of_the_chronicle() {
        are::<Rating>("reviews");
        are::<ComplaintCategory>("complaints_received");
        are::<ComplaintFinding>("complaint_findings");
    }
}
