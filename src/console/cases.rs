//! 辦件: the cases, with filters that stand in the address.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use tongjian_events::SiteCode;
use tongjian_projections::clock::Standing;

use super::desk::Desk;
use super::frame::Frame;
use crate::http::cases::{Cases, Wanted};
use crate::query::Listed;
use crate::store::StoreError;

/// The standings that a filter offers.
const STATES: &[Standing] = &[
    Standing::Running,
    Standing::Paused,
    Standing::Met,
    Standing::Missed,
    Standing::Stopped,
    Standing::Contradictory,
];

/// 辦件頁.
#[derive(Debug, Template)]
#[template(path = "cases.html")]
pub struct Page<'p> {
    frame: &'p Frame,
    page: &'p Cases,
    sites: HashMap<String, String>,
    items: HashMap<String, String>,
    site: String,
    item: String,
    state: String,
    due_from: String,
    due_to: String,
    known_at: String,
    states: &'static [Standing],
}

impl<'p> Page<'p> {
    /// Of which day and position it speaks.
    fn answer(&self) -> String {
        let (as_of, position) = (&self.page.as_of, &self.page.position);
        self.frame.locale.tf("cases.answer", &[as_of, position])
    }

    /// The page of a list.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn of(desk: &Desk<'p>, page: &'p Cases, asked: &Wanted) -> Result<Self, StoreError> {
        let filled = |text: &Option<String>| text.clone().unwrap_or_default();
        let sites = page.cases.iter().filter_map(|case| case.site.as_ref());
        let sites = desk.site_names(sites.map(SiteCode::as_str)).await?;
        let items = page.cases.iter().filter_map(|case| case.item.as_deref());
        let items = desk.item_names(items).await?;
        Ok(Self {
            frame: desk.frame,
            page,
            sites,
            items,
            site: filled(&asked.site),
            item: filled(&asked.item),
            state: filled(&asked.state),
            due_from: filled(&asked.due_from),
            due_to: filled(&asked.due_to),
            known_at: filled(&asked.known_at),
            states: STATES,
        })
    }

    fn head(&self) -> [&str; 8] {
        [
            "cases.case",
            "common.site",
            "common.item",
            "cases.handling",
            "cases.accepted",
            "cases.decided",
            "cases.clocks",
            "cases.findings",
        ]
        .map(|key| self.frame.t(key))
    }

    fn site_name(&self, site: &SiteCode) -> String {
        let name = self.sites.get(site.as_str()).map_or(site.as_str(), String::as_str);
        self.frame.locale.name(name)
    }

    fn item_name(&self, item: &str) -> String {
        self.frame.locale.name(self.items.get(item).map_or(item, String::as_str))
    }

    fn day(&self, day: &Option<NaiveDate>) -> String {
        self.frame.format().or_dash(day.as_ref())
    }

    /// The position that the links carry on, where one was asked for.
    fn known(&self) -> String {
        let asked = !self.known_at.trim().is_empty();
        if asked { self.page.position.to_string() } else { String::new() }
    }

    fn handling(&self, listed: &Listed) -> String {
        let word = listed.handling.map(|handling| self.frame.locale.word(&handling.to_string()));
        self.frame.format().or_dash(word)
    }
}
