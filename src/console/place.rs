//! 下鑽: a place and its parts, a level down at a time: city, county, township, village. Every level
//! shows the same measures.

use std::collections::BTreeMap;

use chrono::Days;
use tongjian_events::SiteCode;

use super::block::{Block, Cell, Page, Section, Table};
use super::desk::{Desk, Sql};
use super::queue;
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;

const SITES: Sql = Sql::of(include_str!("sql/place_sites.sql"));
const OPEN: Sql = Sql::of(include_str!("sql/place_open.sql"));
const MET: Sql = Sql::of(include_str!("sql/place_met.sql"));
const FLAGS: Sql = Sql::of(include_str!("sql/place_flags.sql"));
const CARDS: Sql = Sql::of(include_str!("sql/place_cards.sql"));
const TOP: Sql = Sql::of(include_str!("sql/place_top.sql"));
/// Over how many days what has ended is looked at.
const DAYS: u64 = 28;

/// 五個: the flags, in their order.
pub(super) const FIVE: [&str; 5] = ["premises", "facilities", "personnel", "items", "operation"];

/// How a flag stands, the gravest first.
const STATES: [&str; 5] = ["confirmed", "suspected", "unverified", "cleared", "in_place"];

/// What is measured of one part.
#[derive(Debug, Default)]
struct Part {
    sites: i64,
    operating: i64,
    open: i64,
    overdue: i64,
    ended: i64,
    met: i64,
    /// Of each flag: how many sites stand how.
    flags: BTreeMap<String, BTreeMap<String, i64>>,
    cards: BTreeMap<String, i64>,
}

/// The place that a reader begins with: the one that the grant names, or else the one city there
/// is; none where there are several.
///
/// # Errors
/// [`StoreError`].
pub async fn top(desk: &Desk<'_>) -> Result<Option<SiteCode>, StoreError> {
    if let [one] = desk.grant.sites.as_slice() {
        return Ok(Some(one.clone()));
    }
    let found = desk.rows(TOP, None, &[]).await?;
    let one = found.first().filter(|_| found.len() == 1);
    Ok(one.and_then(|row| SiteCode::new(row.said(0)).ok()))
}

/// How long the codes of the parts of a place are, before their zeros.
fn width(place: Option<&SiteCode>) -> i64 {
    match place.map_or(0, |place| place.subtree_prefix().len()) {
        0..4 => 4,
        4..6 => 6,
        6..9 => 9,
        _ => 12,
    }
}

/// 下鑽頁. The place is one that the grant covers, or all of it.
///
/// # Errors
/// [`StoreError`].
pub async fn page<'d>(desk: &Desk<'d>, place: Option<&SiteCode>) -> Result<Page<'d>, StoreError> {
    let frame = desk.frame;
    // They wait for nothing of each other.
    let (parts, due, trail) = tokio::try_join!(
        Box::pin(parts(desk, place)),
        Box::pin(queue::drawing(desk, place)),
        Box::pin(trail(desk, place)),
    )?;
    let codes: Vec<String> = parts.keys().map(|part| whole(part)).collect();
    let own = place.map(SiteCode::as_str);
    let names = desk.site_names(codes.iter().map(String::as_str).chain(own)).await?;
    let title = own.map_or_else(
        || frame.t("nav.places").to_owned(),
        |code| frame.locale.name(names.get(code).map_or(code, String::as_str)),
    );
    let rows: Vec<(Cell, &Part)> = parts
        .iter()
        .map(|(part, measured)| {
            let code = whole(part);
            let name = frame.locale.name(names.get(&code).unwrap_or(&code));
            let is_end = width(place) == 12 || Some(code.as_str()) == own;
            let cell =
                Cell::link(super::address(if is_end { "sites" } else { "places" }, &code), name);
            (
                if Some(code.as_str()) == own { cell.soft(frame.t("place.own")) } else { cell },
                measured,
            )
        })
        .collect();
    let children =
        Section::new("parts", frame.t("place.parts")).with(Block::Table(measures(desk, &rows)));
    let matrix =
        Section::new("five", frame.t("place.five")).with(Block::Table(matrix(desk, &rows)));
    let due = Section::new("queue", frame.t("place.queue")).maybe(due);
    Ok(Page::new(frame, title).lead(trail).with(children).with(matrix).with(due))
}

/// The places above, down to this one, with its own page.
async fn trail(desk: &Desk<'_>, place: Option<&SiteCode>) -> Result<Cell, StoreError> {
    let Some(place) = place else { return Ok(Cell::default()) };
    let prefix = place.subtree_prefix();
    let above = [4, 6, 9].into_iter().filter_map(|width| prefix.get(..width));
    let above: Vec<String> = above.filter(|part| *part != prefix).map(whole).collect();
    let covered = |code: &&String| SiteCode::new(code).is_ok_and(|site| desk.grant.covers(&site));
    let above: Vec<&String> = above.iter().filter(covered).collect();
    let names = desk.site_names(above.iter().map(|code| code.as_str())).await?;
    let mut cell = Cell::default();
    for code in above {
        let name = desk.frame.locale.name(names.get(code).unwrap_or(code));
        cell = cell.then(Cell::link(super::address("places", code), name)).and(" ›");
    }
    let own = Cell::link(super::address("sites", place.as_str()), desk.frame.t("place.page"));
    Ok(cell.then(own))
}

/// A part's code with its zeros.
fn whole(part: &str) -> String {
    format!("{part:0<12}")
}

async fn parts(
    desk: &Desk<'_>,
    place: Option<&SiteCode>,
) -> Result<BTreeMap<String, Part>, StoreError> {
    let today = desk.frame.today;
    let since = today.checked_sub_days(Days::new(DAYS)).unwrap_or(today);
    let (width, day) = (Bound::Integer(width(place)), Bound::Day);
    let (of_day, span) = ([width.clone(), day(today)], [width.clone(), day(since), day(today)]);
    let (sites, open, met, flags, cards) = tokio::try_join!(
        desk.rows(SITES, place, &of_day),
        desk.rows(OPEN, place, &of_day),
        desk.rows(MET, place, &span),
        desk.rows(FLAGS, place, &of_day),
        desk.rows(CARDS, place, &span),
    )?;
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    for row in sites {
        let part = parts.entry(row.said(0).to_owned()).or_default();
        part.sites += row.count(1);
        part.operating += row.count(2);
    }
    for row in open {
        let part = parts.entry(row.said(0).to_owned()).or_default();
        part.open += row.count(1);
        part.overdue += row.count(2);
    }
    // Of parts that are in no register only those in which something ended are told.
    for row in met.iter().filter(|row| row.count(1) > 0) {
        let part = parts.entry(row.said(0).to_owned()).or_default();
        part.ended += row.count(1);
        part.met += row.count(2);
    }
    for row in flags {
        let part = parts.entry(row.said(0).to_owned()).or_default();
        let flag = part.flags.entry(row.said(1).to_owned()).or_default();
        *flag.entry(row.said(2).to_owned()).or_default() += row.count(3);
    }
    for row in cards {
        let part = parts.entry(row.said(0).to_owned()).or_default();
        *part.cards.entry(row.said(1).to_owned()).or_default() += row.count(2);
    }
    Ok(parts)
}

fn measures(desk: &Desk<'_>, parts: &[(Cell, &Part)]) -> Table {
    let (frame, format) = (desk.frame, desk.frame.format());
    let marked = |class: &'static str, number: i64| match number {
        0 => Cell::text("0"),
        number => Cell::mark(class, format.number(number)),
    };
    let row = |(name, part): &(Cell, &Part)| {
        let cards = ["serious", "red", "yellow"].into_iter().filter_map(|level| {
            let count = part.cards.get(level)?;
            Some(Cell::mark(level, format!("{} {count}", frame.locale.word(level))))
        });
        let cards = cards.fold(Cell::default(), Cell::then);
        let flags =
            |state: &str| part.flags.values().filter_map(|states| states.get(state)).sum::<i64>();
        vec![
            name.clone(),
            Cell::text(format!("{} / {}", part.operating, part.sites)),
            Cell::text(format.number(part.open)),
            marked("overdue", part.overdue),
            Cell::text(format.share(part.met, part.ended)).soft(format!("n={}", part.ended)),
            ["confirmed", "suspected"]
                .into_iter()
                .filter(|state| flags(state) > 0)
                .map(|state| {
                    Cell::mark(state, format!("{} {}", frame.locale.word(state), flags(state)))
                })
                .reduce(Cell::then)
                .unwrap_or_else(|| Cell::text("0")),
            if cards.0.is_empty() { Cell::text("0") } else { cards },
        ]
    };
    let head = [
        "place.part",
        "place.sites",
        "place.open",
        "place.overdue",
        "place.on_time",
        "place.flags",
        "place.cards",
    ];
    Table {
        caption: frame.locale.tf("place.caption", &[&DAYS]),
        head: head.iter().map(|key| frame.t(key).to_owned()).collect(),
        rows: parts.iter().map(row).collect(),
        none: frame.t("place.none").to_owned(),
    }
}

/// Parts by the five flags.
fn matrix(desk: &Desk<'_>, parts: &[(Cell, &Part)]) -> Table {
    let frame = desk.frame;
    let cell = |part: &Part, flag: &str| {
        let of = |state: &'static str| {
            let count = part.flags.get(flag)?.get(state)?;
            Some(Cell::mark(state, format!("{} {count}", frame.locale.word(state))))
        };
        // What nobody looked at is said to be that, and not to be in place.
        let marks = STATES.into_iter().filter_map(of).fold(Cell::default(), Cell::then);
        if marks.0.is_empty() { Cell::text("—") } else { marks }
    };
    let row = |(name, part): &(Cell, &Part)| {
        std::iter::once(name.clone())
            .chain(FIVE.map(|flag| cell(part, flag)))
            .collect::<Vec<Cell>>()
    };
    let head = std::iter::once(frame.t("place.part").to_owned());
    Table {
        caption: frame.t("place.five_caption").to_owned(),
        head: head.chain(FIVE.map(|flag| frame.locale.word(flag))).collect(),
        rows: parts.iter().map(row).collect(),
        none: frame.t("place.none").to_owned(),
    }
}
