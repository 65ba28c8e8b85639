//! 素材: what a bulletin tells beside its figures: sites and their names, orders that stand,
//! typical cases.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tongjian_events::SiteCode;
use tongjian_events::bulletin::BulletinKind;
use tongjian_events::values::Period;
use tongjian_projections::{Cell, Context};

use super::asked::Asked;
use super::content::{Block, Over, Unit};
use super::figures::{Book, Place, count};
use super::terms::area;
use super::typical;
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;
use crate::store::read_tables::snapshot::Snapshot;

/// 素材.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) position: u64,
    pub(super) kind: BulletinKind,
    pub(super) body: String,
    pub(super) scope_name: String,
    pub(super) is_top: bool,
    /// The level of the scope's own site.
    pub(super) level: String,
    pub(super) period_words: String,
    pub(super) period_short: String,
    /// The names of earlier periods, the latest first.
    pub(super) trend: Vec<String>,
    /// The parts of the scope: what lies directly below it, and what belongs to none of those.
    pub(super) places: Vec<Place>,
    /// Every site of the scope, itself only.
    pub(super) each_site: Vec<Place>,
    /// The sites that are scored, with their levels.
    pub(super) ranked_sites: Vec<(String, Place)>,
    pub(super) orders: Vec<Order>,
    pub(super) typical: Vec<Told>,
    /// What each rule of the cards is triggered by.
    pub(super) rules: BTreeMap<String, String>,
    pub(super) least_cases: i64,
    pub(super) printed_places: usize,
}

/// 責令整改.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) site_name: String,
    /// Which of the five; none where the order is about something else.
    pub(super) flag: Option<String>,
    pub(super) ordered_on: Option<NaiveDate>,
    pub(super) due_on: Option<NaiveDate>,
}

/// 典型問題.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) heading: String,
    pub(super) text: String,
}

/// A site of the network.
#[derive(Debug, Clone)]
struct Site {
    code: SiteCode,
    name: String,
    level: String,
}

/// How many earlier periods a trend shows.
pub(super) const TREND: u32 = 5;
const LEVELS: [&str; 4] = ["municipal", "county", "township", "village"];

/// Reads what is told beside the figures. `None` where there is no such site.
pub(super) async fn gather(
    snapshot: &mut Snapshot,
    context: &Context,
    asked: &Asked,
) -> Result<Option<Gathered>, StoreError> {
    let until_on = asked.period.until_on;
    let sites = sites(snapshot).await?;
    let Some(own) = sites.iter().find(|site| site.code == asked.scope).cloned() else {
        return Ok(None);
    };
    let within: Vec<Site> =
        sites.into_iter().filter(|site| asked.scope.holds(&site.code)).collect();
    let names: BTreeMap<SiteCode, String> =
        within.iter().map(|site| (site.code.clone(), site.name.clone())).collect();
    let policies = context.policies();
    let rules = policies.bulletins.on(until_on);
    let mut triggers = BTreeMap::new();
    for edition in policies.cards.all() {
        for rung in edition.ladder.iter() {
            triggers.insert(rung.rule.to_string(), rung.trigger.to_string());
        }
    }
    let body = policies.supervising_body(&asked.scope, until_on);
    let most = rules.map_or(0, |rules| rules.typical_cases.get() as usize);
    let told = typical::cases(snapshot, (context, asked), &names, most).await?;
    Ok(Some(Gathered {
        position: snapshot.position(),
        kind: asked.kind,
        body: body.map_or_else(|| "監察機關".into(), |body| body.name.to_string()),
        scope_name: area(&own.name).to_owned(),
        is_top: own.level == "municipal",
        level: own.level.clone(),
        period_words: asked.period_words(),
        period_short: asked.period_short(),
        trend: earlier(asked).iter().map(|period| asked.over(*period).period_short()).collect(),
        places: places(&own, &within),
        each_site: within.iter().map(itself).collect(),
        ranked_sites: within.iter().map(|site| (site.level.clone(), itself(site))).collect(),
        orders: orders(snapshot, &names, until_on).await?,
        typical: told,
        rules: triggers,
        least_cases: rules.map_or(0, |rules| i64::from(rules.least_cases.get())),
        printed_places: rules.map_or(0, |rules| rules.printed_places.get() as usize),
    }))
}

/// The periods before this one that a trend shows, the latest first.
pub(super) fn earlier(asked: &Asked) -> Vec<Period> {
    let mut periods = Vec::new();
    let mut at = asked.clone();
    for _ in 0..TREND {
        let Some(previous) = at.previous() else { break };
        periods.push(previous);
        at = at.over(previous);
    }
    periods
}

impl Gathered {
    /// 期後補錄: what came in after the bulletin of the period before was issued.
    pub(super) fn after_the_close(&self, book: &mut Book) -> Option<Block> {
        let late = count("late_arrivals").over(Over::Previous);
        book.value(&late).filter(|late| *late > 0)?;
        let text = "上期通報印發後補錄上期行為{},已計入本系統記錄,上期通報所列數字以更正為準。";
        Some(Block::Paragraph { runs: book.sentence(text, vec![late.in_unit(Unit::Times)]) })
    }
}

async fn sites(snapshot: &mut Snapshot) -> Result<Vec<Site>, StoreError> {
    let rows = snapshot.rows(include_str!("sql/sites.sql"), &[]).await?;
    let site = |row: Vec<Cell>| {
        let [code, name, level] = <[Cell; 3]>::try_from(row).ok()?;
        let (code, name, level) = (text(&code)?, text(&name)?, text(&level)?);
        let code = SiteCode::new(&code).ok()?;
        Some(Site { code, name, level })
    };
    let sites: Option<Vec<Site>> = rows.into_iter().map(site).collect();
    sites.ok_or_else(|| unreadable("a site of the network"))
}

fn unreadable(what: &str) -> StoreError {
    StoreError::ReadTables { finding: format!("{what} cannot be read for a bulletin") }
}

/// Whether a site is the top of the network.
pub(super) async fn is_top(snapshot: &mut Snapshot, scope: &SiteCode) -> Result<bool, StoreError> {
    let sites = sites(snapshot).await?;
    Ok(sites.iter().any(|site| site.code == *scope && site.level == "municipal"))
}

async fn orders(
    snapshot: &mut Snapshot,
    names: &BTreeMap<SiteCode, String>,
    until_on: NaiveDate,
) -> Result<Vec<Order>, StoreError> {
    let bound = [Bound::Day(until_on)];
    let rows = snapshot.rows(include_str!("sql/orders.sql"), &bound).await?;
    let order = |row: Vec<Cell>| {
        let [site, flag, ordered_on, due_on] = <[Cell; 4]>::try_from(row).ok()?;
        let site = SiteCode::new(&text(&site)?).ok()?;
        let (ordered_on, due_on) = (day(&ordered_on), day(&due_on));
        let flag = text(&flag).filter(|flag| !flag.is_empty());
        // Of another place.
        let Some(site_name) = names.get(&site).cloned() else { return Some(None) };
        Some(Some(Order { site_name, flag, ordered_on, due_on }))
    };
    let orders: Option<Vec<Option<Order>>> = rows.into_iter().map(order).collect();
    let orders = orders.ok_or_else(|| unreadable("an order"))?;
    Ok(orders.into_iter().flatten().collect())
}

fn itself(site: &Site) -> Place {
    Place { site: site.code.clone(), itself: true, name: site.name.clone() }
}

/// 本級: the site that a bulletin is about, beside those below it: 南通市本級.
fn at_own_level(site: &Site) -> Place {
    Place { name: format!("{}本級", area(&site.name)), ..itself(site) }
}

/// What lies directly below a site, with all below it, and what belongs to none of those.
fn places(own: &Site, within: &[Site]) -> Vec<Place> {
    let at = LEVELS.iter().position(|level| *level == own.level).unwrap_or(LEVELS.len());
    let below = LEVELS.get(at + 1).copied().unwrap_or_default();
    let parts: Vec<&Site> = within.iter().filter(|site| site.level == below).collect();
    let is_apart = |site: &&Site| !parts.iter().any(|part| part.code.holds(&site.code));
    let apart = within
        .iter()
        .filter(is_apart)
        .map(|site| if site.code == own.code { at_own_level(site) } else { itself(site) });
    let whole = |site: &&Site| Place {
        site: site.code.clone(),
        itself: false,
        name: area(&site.name).to_owned(),
    };
    apart.chain(parts.iter().map(whole)).collect()
}

pub(super) fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(text.clone()),
        _ => None,
    }
}

pub(super) fn number(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Integer(number) => Some(*number),
        _ => None,
    }
}

pub(super) fn day(cell: &Cell) -> Option<NaiveDate> {
    text(cell)?.parse().ok()
}
