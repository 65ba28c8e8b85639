//! 各清單: which columns of each list of supervision its page shows.

use super::records::{Column, Shape, View};

const fn column(head: &'static str, of: &'static str, shape: Shape) -> Column {
    Column { head, of, shape }
}

/// 紅黃牌.
pub static CARDS: View = View {
    list: "cards",
    title: "nav.cards",
    path: "/cards",
    cursor: "cursor",
    columns: &[
        column("today.card", "key", Shape::Own("cards")),
        column("records.level", "level", Shape::Mark),
        column("today.cause", "trigger", Shape::Word),
        column("common.site", "site", Shape::Site),
        column("cases.case", "case_stream", Shape::Case),
        column("today.issued", "issued_on", Shape::Day),
        column("records.reply_by", "reply_due_on", Shape::Due("answered_on")),
        column("today.appealed", "appealed_on", Shape::Day),
        column("records.outcome", "outcome", Shape::Word),
        column("case.grounds", "grounds", Shape::Acts),
    ],
    filter: Some(("level", "records.level", &["reminder", "warning", "yellow", "red", "serious"])),
};

/// 督查單.
pub static SLIPS: View = View {
    list: "slips",
    title: "records.slips",
    path: "/rectification",
    cursor: "slips",
    columns: &[
        column("records.inspection", "key", Shape::Own("inspections")),
        column("today.slip", "slip", Shape::Text),
        column("today.colour", "colour", Shape::Mark),
        column("today.flag", "flag", Shape::Word),
        column("common.site", "site", Shape::Site),
        column("today.issued", "issued_on", Shape::Day),
        column("case.due", "due_on", Shape::Due("answered_on")),
        column("records.answered", "answered_on", Shape::Day),
    ],
    filter: Some(("flag", "today.flag", &super::place::FIVE)),
};

/// 責令整改.
pub static ORDERS: View = View {
    list: "rectifications",
    title: "records.orders",
    path: "/rectification",
    cursor: "orders",
    columns: &[
        column("records.inspection", "key", Shape::Own("inspections")),
        column("today.order", "order_code", Shape::Text),
        column("today.flag", "flag", Shape::Word),
        column("common.site", "site", Shape::Site),
        column("records.ordered", "ordered_on", Shape::Day),
        column("case.due", "due_on", Shape::Due("rectified_on")),
        column("records.reported", "reported_on", Shape::Day),
        column("records.reinspected", "reinspected_on", Shape::Day),
        column("records.outcome", "outcome", Shape::Word),
    ],
    filter: Some(("flag", "today.flag", &super::place::FIVE)),
};

/// 投訴.
pub static COMPLAINTS: View = View {
    list: "complaints",
    title: "nav.complaints",
    path: "/complaints",
    cursor: "cursor",
    columns: &[
        column("records.complaint", "key", Shape::Own("complaints")),
        column("records.category", "category", Shape::Word),
        column("common.site", "site", Shape::Site),
        column("cases.case", "case_stream", Shape::Case),
        column("case.received", "received_on", Shape::Day),
        column("records.accept_by", "acceptance_due_on", Shape::Due("accepted_on")),
        column("records.answer_by", "answer_due_on", Shape::Due("answered_on")),
        column("records.answered", "answered_on", Shape::Day),
        column("records.finding", "finding", Shape::Word),
    ],
    filter: Some((
        "category",
        "records.category",
        &["overtime", "attitude", "absence", "charging", "refusal", "procedure", "integrity"],
    )),
};

/// 好差評.
pub static REVIEWS: View = View {
    list: "reviews",
    title: "records.reviews",
    path: "/complaints",
    cursor: "reviews",
    columns: &[
        column("records.review", "key", Shape::Own("complaints")),
        column("records.rating", "rating", Shape::Word),
        column("common.site", "site", Shape::Site),
        column("cases.case", "case_stream", Shape::Case),
        column("records.submitted", "submitted_on", Shape::Day),
        column("records.rectify_by", "due_on", Shape::Due("answered_on")),
        column("records.truth", "truth", Shape::Word),
        column("records.answered", "answered_on", Shape::Day),
    ],
    filter: None,
};

/// 督查.
pub static INSPECTIONS: View = View {
    list: "inspections",
    title: "nav.inspections",
    path: "/inspections",
    cursor: "cursor",
    columns: &[
        column("records.inspection", "key", Shape::Own("inspections")),
        column("records.kind", "kind", Shape::Word),
        column("common.site", "site", Shape::Site),
        column("records.planned", "planned_on", Shape::Day),
        column("records.started", "started_on", Shape::Day),
        column("records.concluded", "concluded_on", Shape::Day),
        column("records.score", "score_hundredths", Shape::Hundredths),
        column("records.of", "points_hundredths", Shape::Hundredths),
    ],
    filter: Some(("kind", "records.kind", &["routine", "special", "unannounced", "remote"])),
};

/// 檢查項.
pub static CHECKS: View = View {
    list: "inspection_checks",
    title: "records.checks",
    path: "/inspections",
    cursor: "checks",
    columns: &[
        column("records.check", "check_code", Shape::Text),
        column("today.flag", "flag", Shape::Word),
        column("records.result", "result", Shape::Mark),
        column("records.score", "score_hundredths", Shape::Hundredths),
        column("records.of", "points_hundredths", Shape::Hundredths),
        column("site.day", "scored_on", Shape::Day),
    ],
    filter: None,
};
