//! 中心(室): one site: the five flags with what speaks against them, posts, windows, opening hours,
//! items with their disclosures, how far its cases come, and what it entered last.

use chrono::{DateTime, Days, NaiveDate};
use chrono_tz::Asia::Shanghai;
use tongjian_events::SiteCode;

use super::block::{Block, Cell, Page, Section, Table};
use super::desk::{Desk, Row, Sql};
use super::place::FIVE;
use super::register::Register;
use super::{heat, queue};
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;

const SITE: Sql = Sql::of(include_str!("sql/site.sql"));
const FLAGS: Sql = Sql::of(include_str!("sql/site_flags.sql"));
const EVIDENCE: Sql = Sql::of(include_str!("sql/site_evidence.sql"));
const POSTS: Sql = Sql::of(include_str!("sql/site_posts.sql"));
const ACTS: Sql = Sql::of(include_str!("sql/site_acts.sql"));
const FUNNEL: Sql = Sql::of(include_str!("sql/site_funnel.sql"));
/// Over how many days the funnel looks back.
const FUNNEL_DAYS: u64 = 90;

/// 中心頁; none where no such site is known.
///
/// # Errors
/// [`StoreError`].
pub async fn page<'d>(desk: &Desk<'d>, site: &SiteCode) -> Result<Option<Page<'d>>, StoreError> {
    let (frame, code) = (desk.frame, Bound::Text(site.to_string()));
    let day = Bound::Day(frame.today);
    let known = desk.rows(SITE, Some(site), std::slice::from_ref(&code)).await?;
    let acts = desk.rows(ACTS, Some(site), std::slice::from_ref(&code)).await?;
    if known.is_empty() && acts.is_empty() {
        return Ok(None);
    }
    let of_day = [code, day];
    let register = Register::of(desk, site).await?;
    let names = desk.item_names(register.items().into_iter()).await?;
    let name = known.first().and_then(|row| row.text(1)).unwrap_or(site.as_str());
    let flags = desk.rows(FLAGS, Some(site), &of_day).await?;
    let page = Page::new(frame, frame.locale.name(name))
        .lead(lead(desk, site))
        .with(Section::default().with(Block::Facts(facts(desk, site, known.first(), &register))))
        .with(five(desk, &flags).with(Block::Table(evidence(desk, site).await?)))
        .with(posts(desk, site, &of_day).await?)
        .with(register.windows(desk))
        .with(register.hours(desk))
        .with(register.disclosures(desk, &names))
        .with(handling(desk, site).await?)
        .with(history(desk, &acts));
    Ok(Some(page))
}

fn lead(desk: &Desk<'_>, site: &SiteCode) -> Cell {
    let frame = desk.frame;
    let to =
        |path: &str, key: &str| Cell::link(format!("{path}?site={site}"), frame.t(key).to_owned());
    Cell::default()
        .soft(site)
        .then(Cell::link(super::address("places", site.as_str()), frame.t("nav.places")))
        .then(to("/cases", "nav.cases"))
        .then(to("/cards", "nav.cards"))
        .then(to("/rectification", "nav.rectification"))
        .then(to("/complaints", "nav.complaints"))
        .then(to("/inspections", "nav.inspections"))
        .then(to("/inspect", "writing.inspect"))
}

fn facts(
    desk: &Desk<'_>,
    site: &SiteCode,
    known: Option<&Row>,
    register: &Register,
) -> Vec<(String, Cell)> {
    let (frame, format) = (desk.frame, desk.frame.format());
    let said = |key: &str, cell: Cell| (frame.t(key).to_owned(), cell);
    let mut facts = Vec::new();
    if let Some(row) = known {
        let level = row.text(2).map(|level| frame.locale.word(level));
        facts.push(said("site.level", Cell::text(format.or_dash(level))));
        let days = ["site.planned", "site.built", "site.accepted", "site.operating"];
        for (at, key) in (6..).zip(days) {
            facts.push(said(key, Cell::text(format.or_dash(row.day(at)))));
        }
    } else {
        facts.push(said("site.level", Cell::text("—").soft(site)));
    }
    facts.extend(register.premises(desk));
    facts
}

/// How the five stand now, and how they stood before.
fn five(desk: &Desk<'_>, rows: &[Row]) -> Section {
    let (frame, format) = (desk.frame, desk.frame.format());
    let stands = |flag: &str| {
        let row = rows
            .iter()
            .find(|row| row.said(0) == flag && row.day(3).is_none_or(|until| until >= frame.today));
        row.map_or_else(|| Cell::text("—"), |row| state(desk, row))
    };
    let now = Table {
        caption: frame.t("site.five_now").to_owned(),
        head: FIVE.map(|flag| frame.locale.word(flag)).to_vec(),
        rows: vec![FIVE.map(stands).to_vec()],
        none: String::new(),
    };
    let row = |row: &Row| {
        let until = row.day(3).map_or_else(|| "…".to_owned(), |day| format.day(day));
        vec![
            Cell::text(format!("{} – {until}", format.or_dash(row.day(2)))),
            Cell::text(frame.locale.word(row.said(0))),
            state(desk, row),
            row.text(4).map_or_else(|| Cell::text("—"), |rule| Cell::text(frame.locale.word(rule))),
            super::acts_at(&positions(row.said(5))),
        ]
    };
    let head = ["site.span", "today.flag", "common.state", "today.rule", "case.grounds"];
    let before = Table {
        caption: frame.t("site.five_before").to_owned(),
        head: head.iter().map(|key| frame.t(key).to_owned()).collect(),
        rows: rows.iter().map(row).collect(),
        none: frame.t("common.none").to_owned(),
    };
    Section::new("five", frame.t("place.five")).with(Block::Table(now)).with(Block::Table(before))
}

fn state(desk: &Desk<'_>, row: &Row) -> Cell {
    let again = row.count(6);
    let cell = Cell::mark(row.said(1), desk.frame.locale.word(row.said(1)));
    if again > 0 {
        return cell.soft(desk.frame.locale.tf("site.again", &[&again]));
    }
    cell
}

/// Positions as a table writes them.
pub(super) fn positions(text: &str) -> Vec<u64> {
    text.split(',').filter_map(|at| at.trim().parse().ok()).collect()
}

async fn evidence(desk: &Desk<'_>, site: &SiteCode) -> Result<Table, StoreError> {
    let (frame, format) = (desk.frame, desk.frame.format());
    let values = [Bound::Text(site.to_string()), Bound::Day(frame.today)];
    let rows = desk.rows(EVIDENCE, Some(site), &values).await?;
    let row = |row: &Row| {
        vec![
            Cell::text(format.or_dash(row.day(3))),
            Cell::text(frame.locale.word(row.said(0))),
            Cell::text(frame.locale.word(row.said(1))).soft(row.said(2)),
            Cell::text(frame.locale.detail(row.said(5))),
            super::acts_at(&positions(row.said(4))),
        ]
    };
    let head = ["site.day", "today.flag", "today.rule", "site.detail", "case.grounds"];
    Ok(Table {
        caption: frame.t("site.evidence").to_owned(),
        head: head.iter().map(|key| frame.t(key).to_owned()).collect(),
        rows: rows.iter().map(row).collect(),
        none: frame.t("site.no_evidence").to_owned(),
    })
}

async fn posts(desk: &Desk<'_>, site: &SiteCode, of_day: &[Bound]) -> Result<Section, StoreError> {
    let (frame, format) = (desk.frame, desk.frame.format());
    let rows = desk.rows(POSTS, Some(site), of_day).await?;
    let row = |row: &Row| {
        let until = row.day(2).map_or_else(|| "…".to_owned(), |day| format.day(day));
        vec![
            Cell::text(frame.locale.word(row.said(0))),
            Cell::text(format.or_dash(row.day(1))),
            Cell::text(until),
        ]
    };
    let table = Table {
        head: ["site.post", "site.from", "site.until"].map(|key| frame.t(key).to_owned()).to_vec(),
        rows: rows.iter().map(row).collect(),
        none: frame.t("site.no_post").to_owned(),
        ..Table::default()
    };
    Ok(Section::new("posts", frame.t("site.posts")).with(Block::Table(table)))
}

/// How far cases come, what falls due, and the acts of each day.
async fn handling(desk: &Desk<'_>, site: &SiteCode) -> Result<Section, StoreError> {
    let (frame, today) = (desk.frame, desk.frame.today);
    let since = today.checked_sub_days(Days::new(FUNNEL_DAYS)).unwrap_or(today);
    let values = [Bound::Text(site.to_string()), Bound::Day(today), Bound::Day(since)];
    let rows = desk.rows(FUNNEL, Some(site), &values).await?;
    let count = |at| rows.first().map_or(0, |row: &Row| row.count(at));
    let steps: [(&str, i64); 4] = [
        ("site.arrived", count(0)),
        ("cases.accepted", count(1)),
        ("cases.decided", count(2)),
        ("case.closed", count(3)),
    ];
    Ok(Section::new("handling", frame.t("site.handling"))
        .maybe(funnel(desk, &steps))
        .maybe(queue::drawing(desk, Some(site)).await?)
        .maybe(heat::drawing(desk, site).await?))
}

/// 漏斗: each step with its share of the first.
fn funnel(desk: &Desk<'_>, steps: &[(&str, i64)]) -> Option<Block> {
    const WIDE: i64 = 420;
    let frame = desk.frame;
    let first = steps.first().map(|(_, count)| *count).filter(|count| *count > 0)?;
    let label = frame.locale.tf("site.funnel", &[&FUNNEL_DAYS]);
    let tall = 30 * i64::try_from(steps.len()).unwrap_or(0);
    let mut canvas = super::svg::Canvas::new(label, WIDE + 240, tall + 4);
    for (at, (key, count)) in (0..).zip(steps) {
        let (y, wide) = (at * 30, (count * WIDE / first).max(1));
        let said = format!("{} {count} · {}", frame.t(key), frame.format().share(*count, first));
        canvas.bar(((WIDE - wide) / 2, y), (wide, 24), "var(--blue)", &said);
        canvas.text((WIDE + 12, y + 17), "start", "var(--ink)", &said);
    }
    Some(Block::Drawing(canvas.finish()))
}

fn history(desk: &Desk<'_>, acts: &[Row]) -> Section {
    let (frame, format) = (desk.frame, desk.frame.format());
    let minute = |micros: Option<i64>| {
        let at = micros.and_then(DateTime::from_timestamp_micros);
        format.or_dash(at.map(|at| format.minute(at.with_timezone(&Shanghai).naive_local())))
    };
    let row = |row: &Row| {
        vec![
            Cell::link(format!("/chronicle/{}", row.count(0)), format!("@{}", row.count(0))),
            Cell::text(frame.locale.event(row.said(2))),
            stream_cell(desk, row.said(1)),
            Cell::text(minute(row.number(6))),
            Cell::text(minute(row.number(7))).soft(frame.locale.word(row.said(5))),
            Cell::text(row.said(4)).soft(row.said(3)),
        ]
    };
    let head =
        ["site.position", "case.act", "site.stream", "case.happened", "case.entered", "case.who"];
    let table = Table {
        head: head.iter().map(|key| frame.t(key).to_owned()).collect(),
        rows: acts.iter().map(row).collect(),
        none: frame.t("common.none").to_owned(),
        ..Table::default()
    };
    Section::new("history", frame.t("site.history")).with(Block::Table(table))
}

/// A stream, to the page of what it is about where there is one.
pub(super) fn stream_cell(desk: &Desk<'_>, stream: &str) -> Cell {
    match stream.split_once('/') {
        Some(("case", _)) => desk.case_cell(stream),
        Some(("card", _)) => desk.card_cell(stream),
        Some(("site", code)) => desk.site_cell(code, None),
        Some(("item", code)) => Cell::link(super::address("items", code), code),
        Some(("inspection", _)) => desk.inspection_cell(stream, ""),
        Some(("complaint", name)) => Cell::link(super::address("complaints", name), name),
        Some(("bulletin", name)) => Cell::link(super::address("bulletins", name), name),
        Some(("policy", name)) if name != "access" => {
            Cell::link(super::address("policies", name), name)
        }
        _ => Cell::text(stream),
    }
}

/// Positions as a list gives them.
pub(super) fn positions_of(value: &serde_json::Value) -> Vec<u64> {
    let acts = value.as_array().map_or(&[][..], Vec::as_slice);
    acts.iter().filter_map(|act| act.get("position")?.as_u64()).collect()
}

/// A day so many days before another.
pub(super) fn before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}
