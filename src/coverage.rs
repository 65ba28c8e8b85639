//! 全覆蓋: the four-level network on a day, by county and level, from the lists of its sites and
//! posts.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value};
use tongjian_events::SiteCode;
use tongjian_projections::coverage::{Counts, SiteLine, Step, coverage_on};
use tongjian_projections::supervision::flag_facts::above;

use crate::access::Grant;
use crate::lists::{self, List, Wanted};
use crate::store::{Store, StoreError};

/// How many lines are read at a time.
const PAGE: u32 = 5_000;

/// 目標日: what was set for a site and all below it. No list of its own: a target lies ahead, and
/// a list of a day would hide it until it is past.
static TARGETS: List = List {
    name: "coverage_targets",
    table: "coverage_targets",
    by: &[],
    site: Some("site"),
    day: "target_on",
    undated: false,
    until: None,
    what: "目標日: by when a site and all below it were to be built",
};

/// 覆蓋情況: the network on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Network {
    /// The end of which day.
    pub on: NaiveDate,
    /// The position of the answer.
    pub position: u64,
    /// By when everything was to be built, where one day is set for all that is asked about.
    pub target_on: Option<NaiveDate>,
    /// All of it.
    pub whole: Share,
    /// By county and level; no county is the city's own centre.
    pub parts: Vec<Share>,
}

/// A part of the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The county's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub county: Option<String>,
    /// The level; none for the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The counts.
    #[serde(flatten)]
    pub counts: Counts,
    /// 建成率, 驗收率, 運行率 in hundredths of a per cent of what is planned.
    pub established_share: Option<u64>,
    /// The same of what is accepted.
    pub accepted_share: Option<u64>,
    /// The same of what operates.
    pub operating_share: Option<u64>,
    /// How far the campaign has come.
    pub step: Option<Step>,
}

impl Share {
    fn of(county: Option<String>, level: Option<String>, counts: Counts) -> Self {
        Self {
            county,
            level,
            counts,
            established_share: counts.share(counts.established),
            accepted_share: counts.share(counts.accepted),
            operating_share: counts.share(counts.operating),
            step: counts.step(),
        }
    }
}

/// The network of a site and all below it at the end of a day.
///
/// # Errors
/// [`StoreError`].
pub async fn network(
    store: &Store,
    on: NaiveDate,
    site: Option<SiteCode>,
    grant: &Grant,
) -> Result<Network, StoreError> {
    let (position, sites) = all(store, named("coverage_sites")?, site.clone(), grant).await?;
    let (_, posts) = all(store, named("coverage_posts")?, site, grant).await?;
    let mut filled: HashMap<String, Vec<(NaiveDate, Option<NaiveDate>)>> = HashMap::new();
    for post in &posts {
        if let (Some(site), Some(from)) = (text(post, "site"), day(post, "from_on")) {
            filled.entry(site).or_default().push((from, day(post, "to_on")));
        }
    }
    let target_on = target(store, &sites).await?;
    let lines: Vec<SiteLine> = sites.iter().filter_map(|site| line(site, &mut filled)).collect();
    let parts = coverage_on(on, &lines);
    let mut whole = Counts::default();
    for counts in parts.values() {
        whole.planned += counts.planned;
        whole.established += counts.established;
        whole.accepted += counts.accepted;
        whole.operating += counts.operating;
        whole.posts_required += counts.posts_required;
        whole.posts_filled += counts.posts_filled;
    }
    let part = |((county, level), counts)| Share::of(county, Some(level), counts);
    Ok(Network {
        on,
        position,
        target_on,
        whole: Share::of(None, None, whole),
        parts: parts.into_iter().map(part).collect(),
    })
}

/// By when all of these sites were to be built: of each, the day that was set for it or for the
/// nearest site above it, whoever asks. None where that is not one day for all of them.
async fn target(
    store: &Store,
    sites: &[Map<String, Value>],
) -> Result<Option<NaiveDate>, StoreError> {
    let (_, set) = all(store, &TARGETS, None, &Grant::open()).await?;
    let set: HashMap<String, NaiveDate> = set
        .iter()
        .filter_map(|line| Some((text(line, "site")?, day(line, "target_on")?)))
        .collect();
    let nearest = |site: &Map<String, Value>| {
        let site = SiteCode::new(&text(site, "site")?).ok();
        let mut up = std::iter::successors(site, above);
        up.find_map(|site| set.get(site.as_str()).copied())
    };
    let targets: BTreeSet<Option<NaiveDate>> = sites.iter().map(nearest).collect();
    Ok(targets.first().copied().flatten().filter(|_| targets.len() == 1))
}

fn named(name: &str) -> Result<&'static List, StoreError> {
    let missing = || StoreError::ReadTables { finding: format!("there is no list `{name}`") };
    lists::named(name).ok_or_else(missing)
}

/// All lines of a list.
async fn all(
    store: &Store,
    list: &'static List,
    site: Option<SiteCode>,
    grant: &Grant,
) -> Result<(u64, Vec<Map<String, Value>>), StoreError> {
    let mut wanted = Wanted { site, limit: PAGE, ..Wanted::default() };
    let mut lines = Vec::new();
    loop {
        let page = lists::page(store, list, &wanted, grant).await?;
        lines.extend(page.lines);
        wanted.after = match page.next {
            Some(next) => Some(next),
            None => return Ok((page.position, lines)),
        };
    }
}

fn text(line: &Map<String, Value>, column: &str) -> Option<String> {
    line.get(column)?.as_str().map(ToOwned::to_owned)
}

fn day(line: &Map<String, Value>, column: &str) -> Option<NaiveDate> {
    line.get(column)?.as_str()?.parse().ok()
}

fn line(
    site: &Map<String, Value>,
    filled: &mut HashMap<String, Vec<(NaiveDate, Option<NaiveDate>)>>,
) -> Option<SiteLine> {
    let code = text(site, "site")?;
    Some(SiteLine {
        county: text(site, "county"),
        level: text(site, "level")?,
        planned_on: day(site, "planned_on"),
        established_on: day(site, "established_on"),
        accepted_on: day(site, "accepted_on"),
        first_operating_on: day(site, "first_operating_on"),
        posts_required: site.get("posts_required").and_then(Value::as_u64).unwrap_or_default(),
        posts_filled: filled.remove(&code).unwrap_or_default(),
        site: code,
    })
}
