//! 登記: what the registers hold of one site: its premises, windows, opening hours, items and the
//! four disclosures of each.

use std::collections::HashMap;

use serde_json::Value;
use tongjian_events::SiteCode;
use tongjian_projections::supervision::docket::Docket;

use super::block::{Block, Cell, Section, Table};
use super::desk::{Desk, Sql};
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;

const ACTS: Sql = Sql::of(include_str!("sql/site_register.sql"));
/// 四公開: the disclosures that each item needs.
const FOUR: [&str; 4] = ["business_notice", "sample_forms", "legal_basis", "flow_chart"];

/// 登記 of a site: what was stated of it, as JSON.
#[derive(Debug, Default)]
pub(super) struct Register {
    windows: Vec<Value>,
    items: Vec<Value>,
    acts: Vec<Value>,
}

fn text(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

impl Register {
    /// What the registers hold of a site.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn of(desk: &Desk<'_>, site: &SiteCode) -> Result<Self, StoreError> {
        let docket = Bound::Text(Docket::Site(site.clone()).key());
        let mut register = Self::default();
        for row in desk.rows(ACTS, Some(site), &[docket]).await? {
            let Ok(Value::Object(mut fact)) = serde_json::from_str(row.said(1)) else { continue };
            if let Some(window) = fact.remove("window") {
                register.windows.push(window);
            } else if let Some(item) = fact.remove("item") {
                register.items.push(item);
            } else if let Some(act) = fact.remove("act") {
                register.acts.push(act);
            }
        }
        Ok(register)
    }

    /// The codes of its items.
    #[must_use]
    pub(super) fn items(&self) -> Vec<&str> {
        self.items.iter().filter_map(|item| item.get("item")?.as_str()).collect()
    }

    /// The bodies of its acts of an event, in order of position.
    fn bodies<'r>(&'r self, event: &'r str) -> impl DoubleEndedIterator<Item = &'r Value> {
        self.acts.iter().filter_map(move |act| {
            let said = act.get("e")?;
            (said.get("e")?.as_str()? == event).then(|| said.get("b")).flatten()
        })
    }

    /// Where it is, and how large.
    pub(super) fn premises(&self, desk: &Desk<'_>) -> Vec<(String, Cell)> {
        let frame = desk.frame;
        let Some(body) = self.bodies("site.PremisesRecorded").next_back() else {
            return Vec::new();
        };
        let area = text(body, "area_square_metres");
        vec![
            (
                frame.t("site.address").to_owned(),
                Cell::text(frame.locale.name(&text(body, "address"))),
            ),
            (frame.t("site.area").to_owned(), Cell::text(format!("{area} m²"))),
        ]
    }

    /// Its windows, each with its kind and timetable.
    pub(super) fn windows(&self, desk: &Desk<'_>) -> Section {
        let frame = desk.frame;
        let today = frame.today.to_string();
        let row = |window: &Value| {
            let kind = list(window, "kinds").iter().rfind(|kind| since(kind) <= today);
            let kind = kind.and_then(|kind| kind.get(1)).and_then(Value::as_str);
            let hours = list(window, "timetables").iter().rfind(|of| since(of) <= today);
            let slots = hours.and_then(|of| of.get(2)).and_then(Value::as_array);
            let hours = slots.into_iter().flatten().map(|slot| Cell::text(spoken(desk, slot)));
            let hours = hours.fold(Cell::default(), Cell::below);
            vec![
                Cell::text(text(window, "window")),
                Cell::text(kind.map_or_else(|| "—".into(), |kind| frame.locale.word(kind))),
                Cell::text(text(window, "from_on")),
                Cell::text(
                    Some(text(window, "until_on"))
                        .filter(|day| !day.is_empty())
                        .unwrap_or_else(|| "…".into()),
                ),
                if hours.0.is_empty() { Cell::text(frame.t("site.as_site")) } else { hours },
            ]
        };
        let head = ["site.window", "site.kind", "site.from", "site.until", "site.hours"];
        let table = Table {
            head: head.iter().map(|key| frame.t(key).to_owned()).collect(),
            rows: self.windows.iter().map(row).collect(),
            none: frame.t("site.no_window").to_owned(),
            ..Table::default()
        };
        Section::new("windows", frame.t("site.windows")).with(Block::Table(table))
    }

    /// When it is open.
    pub(super) fn hours(&self, desk: &Desk<'_>) -> Section {
        let frame = desk.frame;
        let today = frame.today.to_string();
        let holds = |body: &&Value| {
            let until = text(body, "until_on");
            text(body, "effective_on") <= today && (until.is_empty() || until >= today)
        };
        let calendar = self.bodies("site.OpeningCalendarSet").rfind(holds);
        let slots = calendar.map(|body| list(body, "slots")).unwrap_or_default();
        let slots: Vec<Cell> = slots.iter().map(|slot| Cell::text(spoken(desk, slot))).collect();
        let section = Section::new("hours", frame.t("site.hours"));
        if slots.is_empty() {
            return section.with(Block::Text(Cell::default().soft(frame.t("site.no_hours"))));
        }
        section.with(Block::List(slots))
    }

    /// Its items, each with its limits and the four disclosures.
    pub(super) fn disclosures(&self, desk: &Desk<'_>, names: &HashMap<String, String>) -> Section {
        let frame = desk.frame;
        let row = |item: &Value| {
            let code = text(item, "item");
            let edition = list(item, "editions").iter().filter_map(|of| of.get(2)?.as_u64()).max();
            let shown = |disclosure: &str| {
                let of = |text: &&Value| text.get(1).and_then(Value::as_str) == Some(disclosure);
                let texts = list(item, "texts").iter().filter(of);
                let held = texts.filter_map(|text| text.get(2)?.as_u64()).max();
                match held {
                    Some(held) if edition.is_none_or(|edition| held >= edition) => {
                        Cell::mark("good", frame.t("site.shown"))
                    }
                    Some(_) => Cell::mark("soon", frame.t("site.outdated")),
                    None => Cell::mark("late", frame.t("site.missing")),
                }
            };
            let limits = list(item, "limits").last();
            let days = |at: usize| {
                let days = limits.and_then(|of| of.get(at)).and_then(Value::as_u64);
                days.map_or_else(|| "—".to_owned(), |days| days.to_string())
            };
            let name = frame.locale.name(names.get(&code).unwrap_or(&code));
            let mut row = vec![
                Cell::link(super::address("items", &code), name).soft(&code),
                Cell::text(format!("{} / {}", days(2), days(3))),
            ];
            row.extend(FOUR.map(shown));
            row
        };
        let head = ["common.item", "site.limits"].into_iter().map(|key| frame.t(key).to_owned());
        let table = Table {
            caption: frame.t("site.items_caption").to_owned(),
            head: head.chain(FOUR.map(|of| frame.locale.word(of))).collect(),
            rows: self.items.iter().map(row).collect(),
            none: frame.t("site.no_item").to_owned(),
        };
        Section::new("items", frame.t("site.items")).with(Block::Table(table))
    }
}

/// From when an entry of a register holds.
fn since(entry: &Value) -> String {
    entry.get(0).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A span of opening: the days, then the times.
fn spoken(desk: &Desk<'_>, slot: &Value) -> String {
    let locale = desk.frame.locale;
    let days = list(slot, "weekdays").iter().filter_map(Value::as_str);
    let days = days.map(|day| locale.word(day));
    let dates = list(slot, "days_of_month").iter().map(ToString::to_string);
    let days: Vec<String> = days.chain(dates).collect();
    format!("{} {}–{}", days.join(" "), text(slot, "opens"), text(slot, "closes"))
}
