//! 監察頁面: what inspectors look at. Each page is made from an answer of `query`; nothing is
//! asked or judged here. Pages need no script, and every value is escaped by its template.

use std::fmt::Display;

use askama::Template;
use tongjian_events::case::{ExcludedProcedure, Handling};
use tongjian_projections::clock::Standing;

use crate::http::cases::{Cases, Wanted};
use crate::query::{CaseFile, Listed};

mod case;
mod drawing;

/// The page of one case.
///
/// # Errors
/// When the template cannot be filled.
pub fn case(case: &CaseFile, known_at: &str) -> Result<String, askama::Error> {
    case::Page::of(case, known_at).render()
}

/// The page of the cases.
///
/// # Errors
/// When the template cannot be filled.
pub fn cases(page: &Cases, asked: &Wanted) -> Result<String, askama::Error> {
    let filled = |text: &Option<String>| text.clone().unwrap_or_default();
    CasesPage {
        page,
        site: filled(&asked.site),
        item: filled(&asked.item),
        state: filled(&asked.state),
        due_from: filled(&asked.due_from),
        due_to: filled(&asked.due_to),
        known_at: filled(&asked.known_at),
        states: STATES,
    }
    .render()
}

const STATES: &[Standing] = &[
    Standing::Running,
    Standing::Paused,
    Standing::Met,
    Standing::Missed,
    Standing::Stopped,
    Standing::Contradictory,
];

#[derive(Template)]
#[template(path = "cases.html")]
struct CasesPage<'p> {
    page: &'p Cases,
    site: String,
    item: String,
    state: String,
    due_from: String,
    due_to: String,
    known_at: String,
    states: &'static [Standing],
}

impl CasesPage<'_> {
    /// One day of a case's life, or a dash.
    fn day(day: &Option<chrono::NaiveDate>) -> String {
        or_dash(day.as_ref())
    }

    /// The position that the links carry on, where one was asked for.
    fn known(&self) -> String {
        let asked = !self.known_at.trim().is_empty();
        if asked { self.page.position.to_string() } else { String::new() }
    }

    fn handling(listed: &Listed) -> &'static str {
        listed.handling.map_or("—", handling)
    }
}

/// A value, or a dash where there is none.
fn or_dash<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| value.to_string())
}

/// 辦理制度, in both languages.
const fn handling(handling: Handling) -> &'static str {
    match handling {
        Handling::Direct => "直接辦理 direct",
        Handling::Promised => "承諾辦理 promised",
        Handling::Parallel => "並聯辦理 parallel",
        Handling::ReportUp => "上報代理 report-up",
        Handling::OneOffNotice => "一次告知 one-off notice",
        Handling::NegativeFiling => "否定報備 negative filing",
        Handling::ConcentratedCharging => "扎口收費 concentrated charging",
    }
}

/// 特別程序, in both languages.
const fn procedure(procedure: ExcludedProcedure) -> &'static str {
    match procedure {
        ExcludedProcedure::Hearing => "聽證 hearing",
        ExcludedProcedure::Tender => "招標 tender",
        ExcludedProcedure::Auction => "拍賣 auction",
        ExcludedProcedure::Inspection => "檢驗 inspection",
        ExcludedProcedure::Testing => "檢測 testing",
        ExcludedProcedure::Quarantine => "檢疫 quarantine",
        ExcludedProcedure::Appraisal => "鑑定 appraisal",
        ExcludedProcedure::ExpertReview => "專家評審 expert review",
    }
}
