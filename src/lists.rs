//! 清單: the lists that people and machines ask for, each of one or more read tables. A list says
//! by which columns it is narrowed; everything else is the same for all of them: the subtree of a
//! site, the day, the order, the pages.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use tongjian_events::SiteCode;
use tongjian_projections::{Cell, Column, ColumnKind, Table, supervision};

pub use all::LISTS;

mod all;

use crate::access::Grant;
use crate::runner::REGISTRY;
use crate::store::{Store, StoreError};

/// 清單: one list.
#[derive(Debug)]
pub struct List {
    /// Its name, as addresses and the command line say it.
    pub name: &'static str,
    /// The table it shows.
    pub table: &'static str,
    /// The columns by whose value it is narrowed.
    pub by: &'static [&'static str],
    /// The column of the site that a line is about.
    pub site: Option<&'static str>,
    /// The column of the day from which a line holds: it orders the list, and a line of a later
    /// day than the one asked for is not there yet.
    pub day: &'static str,
    /// Whether there are lines without that day, such as what is only planned: they stand first.
    pub undated: bool,
    /// The column of the last day on which a line holds, for lists of states.
    pub until: Option<&'static str>,
    /// What it is, in a sentence.
    pub what: &'static str,
}

/// The list of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static List> {
    LISTS.iter().find(|list| list.name == name)
}

impl List {
    /// The table it shows.
    #[must_use]
    pub fn shown(&self) -> Option<&'static Table> {
        let tables = REGISTRY.iter().flat_map(|projection| projection.tables);
        tables.chain(supervision::TABLES).find(|table| table.name == self.table)
    }
}

/// Where lines without a day stand: after every day.
pub(crate) const UNDATED: NaiveDate = match NaiveDate::from_ymd_opt(9_999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// What is asked of a list.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Lines of this site and the sites below it.
    pub site: Option<SiteCode>,
    /// Lines of this key: one stream, one docket.
    pub key: Option<String>,
    /// Columns and the values they must have.
    pub values: Vec<(&'static str, String)>,
    /// Lines from this day on.
    pub from: Option<NaiveDate>,
    /// Lines as they stood at the end of this day.
    pub as_of: Option<NaiveDate>,
    /// Lines after this place.
    pub after: Option<Place>,
    /// At most so many, unless more have one day and key.
    pub limit: u32,
}

/// 續頁: where a page ended: the day and the key of its last lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The day.
    pub day: NaiveDate,
    /// The key.
    pub key: String,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~{}", self.day, self.key)
    }
}

impl std::str::FromStr for Place {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let place = text
            .split_once('~')
            .and_then(|(day, key)| Some(Self { day: day.parse().ok()?, key: key.to_owned() }));
        place.ok_or_else(|| format!("`{text}` is no place in a list"))
    }
}

/// A page of a list.
#[derive(Debug)]
pub struct Listed {
    /// The position up to which the tables speak.
    pub position: u64,
    /// The lines, latest first.
    pub lines: Vec<Map<String, Value>>,
    /// Where to go on; absent at the end.
    pub next: Option<Place>,
}

/// A page of a list, of what a grant covers.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    list: &'static List,
    wanted: &Wanted,
    grant: &Grant,
) -> Result<Listed, StoreError> {
    let position = store.tables_position(list.table).await?.unwrap_or(0);
    let Some(table) = list.shown() else {
        return Ok(Listed { position, lines: Vec::new(), next: None });
    };
    let mut limit = wanted.limit.max(1);
    let day = table.columns.iter().position(|column| column.name == list.day);
    let place = |line: &(String, Vec<Cell>)| {
        let day = match line.1.get(day?) {
            Some(Cell::Text(day)) => day.parse().ok()?,
            Some(Cell::Day(day)) => *day,
            _ => UNDATED,
        };
        Some(Place { day, key: line.0.clone() })
    };
    let sites = match list.site {
        Some(_) => grant.within(wanted.site.as_ref()),
        // What is about no site is for those who cover every one.
        None => grant.covers_everything().then_some(None).into_iter().collect(),
    };
    loop {
        let mut lines = Vec::new();
        for site in &sites {
            let part = Wanted { site: site.clone(), ..wanted.clone() };
            lines.extend(store.listed(list, table, &part, limit + 1).await?);
        }
        if sites.len() > 1 {
            lines.sort_by_cached_key(|line| {
                place(line).map(|place| (std::cmp::Reverse(place.day), place.key))
            });
            lines.truncate(limit as usize + 1);
        }
        let more = lines.len() > limit as usize;
        if more {
            // Lines of one day and key are never parted.
            let beyond = lines.last().and_then(place);
            lines.retain(|line| place(line) != beyond);
            if lines.is_empty() {
                limit = limit.saturating_mul(2);
                continue;
            }
        }
        let next = more.then(|| lines.last().and_then(place)).flatten();
        let covered = |line: &Map<String, Value>| {
            let site = list.site.and_then(|site| line.get(site)).and_then(Value::as_str);
            match site.map(SiteCode::new) {
                Some(Ok(site)) => grant.covers(&site),
                _ => grant.covers_everything(),
            }
        };
        let lines = lines.into_iter().map(|(key, cells)| object(table, &key, cells));
        return Ok(Listed { position, lines: lines.filter(covered).collect(), next });
    }
}

/// A line as an object: each column by its name; positions as the acts they are.
fn object(table: &Table, key: &str, cells: Vec<Cell>) -> Map<String, Value> {
    let mut line = Map::new();
    line.insert("key".into(), key.replace('\t', "/").into());
    for (column, cell) in table.columns.iter().zip(cells) {
        line.insert(column.name.into(), value(column, cell));
    }
    line
}

fn value(column: &Column, cell: Cell) -> Value {
    match (column.kind, cell.at_rest()) {
        (_, Cell::Text(text)) if matches!(column.name, "positions" | "grounds" | "evidence") => {
            let acts = text.split(',').filter_map(|at| at.parse::<u64>().ok());
            let act = |at| json!({"position": at, "act": format!("/v1/acts/{at}")});
            Value::Array(acts.map(act).collect())
        }
        (_, Cell::Text(text)) => text.into(),
        (ColumnKind::Instant, Cell::Integer(micros)) => {
            let at = chrono::DateTime::from_timestamp_micros(micros);
            at.map_or(Value::Null, |at| tongjian_events::instant::utc_text(at).into())
        }
        (_, Cell::Integer(number)) => number.into(),
        _ => Value::Null,
    }
}
