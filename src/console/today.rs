//! 今日: what an inspector looks at first: what falls due, what is overdue, new cards, suspected
//! flags, silent sites, what nobody has answered; each a short list, the worst first.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone as _};
use chrono_tz::Asia::Shanghai;
use tongjian_events::SiteCode;

use super::block::{Block, Cell, Page, Section, Table, Tile};
use super::desk::{Desk, Row, Sql};
use super::queue;
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;

const DUE: Sql = Sql::of(include_str!("sql/today_due.sql"));
const CARDS: Sql = Sql::of(include_str!("sql/today_cards.sql"));
const FLAGS: Sql = Sql::of(include_str!("sql/today_flags.sql"));
const SLIPS: Sql = Sql::of(include_str!("sql/today_slips.sql"));
const ORDERS: Sql = Sql::of(include_str!("sql/today_orders.sql"));
const APPEALS: Sql = Sql::of(include_str!("sql/today_appeals.sql"));
const SILENT: Sql = Sql {
    postgres: include_str!("sql/today_silent.sql"),
    sqlite: include_str!("sql/today_silent.sqlite.sql"),
};

/// How many days a card is new.
const NEW_DAYS: u64 = 7;
/// After how many days without an act a site is silent.
const SILENT_DAYS: u64 = 3;
/// How old the cards are among which appeals are looked for.
const APPEAL_DAYS: u64 = 180;

/// A short list with what it counts in all.
struct Found {
    id: &'static str,
    title: String,
    class: &'static str,
    head: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
    total: i64,
    more: Option<String>,
}

/// 今日頁.
///
/// # Errors
/// [`StoreError`].
pub async fn page<'d>(desk: &Desk<'d>) -> Result<Page<'d>, StoreError> {
    let frame = desk.frame;
    // They wait for nothing of each other.
    let (overdue, due, cards, flags, silent, slips, orders, appeals, queue) = tokio::try_join!(
        overdue(desk),
        due(desk),
        cards(desk),
        flags(desk),
        silent(desk),
        slips(desk),
        orders(desk),
        appeals(desk),
        queue::drawing(desk, None),
    )?;
    let found = [overdue, due, cards, flags, silent, slips, orders, appeals];
    let tile = |found: &Found| Tile {
        name: found.title.clone(),
        figure: frame.format().number(found.total),
        href: format!("#{}", found.id),
        class: if found.total == 0 { "good" } else { found.class },
    };
    let tiles = found.iter().map(tile).collect();
    let top = Section::default().with(Block::Tiles(tiles)).maybe(queue);
    let mut page = Page::new(frame, frame.t("nav.today"))
        .lead(Cell::text(frame.format().long_day(frame.today)))
        .with(top);
    for list in found {
        page = page.with(section(desk, list));
    }
    Ok(page)
}

fn section(desk: &Desk<'_>, found: Found) -> Section {
    let frame = desk.frame;
    let title = format!("{} {}", found.title, frame.format().number(found.total));
    let shown = i64::try_from(found.rows.len()).unwrap_or(i64::MAX);
    let table = Table {
        caption: String::new(),
        head: found.head.iter().map(|key| frame.t(key).to_owned()).collect(),
        rows: found.rows,
        none: frame.t("common.none").to_owned(),
    };
    let section = Section::new(found.id, title).with(Block::Table(table));
    match found.more.filter(|_| shown < found.total) {
        Some(href) => section.leads(href, frame.t("common.every")),
        None => section,
    }
}

fn today(desk: &Desk<'_>) -> Bound {
    Bound::Day(desk.frame.today)
}

fn days_ago(desk: &Desk<'_>, days: u64) -> NaiveDate {
    desk.frame.today.checked_sub_days(Days::new(days)).unwrap_or(desk.frame.today)
}

/// The case, its limit, its due day with how long it is overdue, its site and item.
fn case_row(desk: &Desk<'_>, row: &Row, overdue: bool) -> Vec<Cell> {
    let (frame, format) = (desk.frame, desk.frame.format());
    let mut due = Cell::text(format.or_dash(row.day(2)));
    if let (true, Some(on)) = (overdue, row.day(2)) {
        let days = desk.working_days_overdue(row.said(3), on);
        let said = frame.locale.tf("case.overdue", &[&format.working_days(days)]);
        due = due.then(Cell::mark("overdue", said));
    }
    vec![
        desk.case_cell(row.said(0)),
        Cell::text(frame.locale.word(row.said(1))),
        due,
        desk.site_cell(row.said(3), row.text(5)),
        Cell::link(super::address("items", row.said(4)), row.said(4)),
    ]
}

async fn overdue(desk: &Desk<'_>) -> Result<Found, StoreError> {
    let yesterday = days_ago(desk, 1);
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(yesterday);
    let values = [Bound::Day(first), Bound::Day(yesterday), today(desk)];
    let (rows, total) = desk.listed(DUE, &values).await?;
    Ok(Found {
        id: "overdue",
        title: desk.frame.t("today.overdue").into(),
        class: "overdue",
        head: vec!["cases.case", "case.clock", "case.due", "common.site", "common.item"],
        rows: rows.iter().map(|row| case_row(desk, row, true)).collect(),
        total,
        more: Some(format!("/cases?state=missed&due_to={yesterday}")),
    })
}

async fn due(desk: &Desk<'_>) -> Result<Found, StoreError> {
    let (rows, total) = desk.listed(DUE, &[today(desk), today(desk), today(desk)]).await?;
    let day = desk.frame.today;
    Ok(Found {
        id: "due",
        title: desk.frame.t("today.due").into(),
        class: "soon",
        head: vec!["cases.case", "case.clock", "case.due", "common.site", "common.item"],
        rows: rows.iter().map(|row| case_row(desk, row, false)).collect(),
        total,
        more: Some(format!("/cases?state=running&due_from={day}&due_to={day}")),
    })
}

async fn cards(desk: &Desk<'_>) -> Result<Found, StoreError> {
    let frame = desk.frame;
    let since = Bound::Day(days_ago(desk, NEW_DAYS));
    let (rows, total) = desk.listed(CARDS, &[since, today(desk)]).await?;
    let row = |row: &Row| {
        let level = Cell::mark(row.said(1), frame.locale.word(row.said(1)));
        vec![
            level.then(desk.card_cell(row.said(0))),
            Cell::text(frame.locale.word(row.said(2))),
            Cell::text(frame.format().or_dash(row.day(3))),
            desk.site_cell(row.said(4), row.text(6)),
            row.text(5).map_or_else(|| Cell::text("—"), |case| desk.case_cell(case)),
        ]
    };
    Ok(Found {
        id: "cards",
        title: frame.t("today.cards").into(),
        class: "red",
        head: vec!["today.card", "today.cause", "today.issued", "common.site", "cases.case"],
        rows: rows.iter().map(row).collect(),
        total,
        more: Some("/cards".into()),
    })
}

async fn flags(desk: &Desk<'_>) -> Result<Found, StoreError> {
    let frame = desk.frame;
    let (rows, total) = desk.listed(FLAGS, &[Bound::Text("suspected".into()), today(desk)]).await?;
    let row = |row: &Row| {
        vec![
            desk.site_cell(row.said(0), row.text(4)),
            Cell::mark("suspected", frame.locale.word(row.said(1))),
            Cell::text(row.text(2).map_or("—".into(), |rule| frame.locale.word(rule))),
            Cell::text(frame.format().or_dash(row.day(3))),
        ]
    };
    Ok(Found {
        id: "suspected",
        title: frame.t("today.suspected").into(),
        class: "suspected",
        head: vec!["common.site", "today.flag", "today.rule", "today.since"],
        rows: rows.iter().map(row).collect(),
        total,
        more: Some("/places".into()),
    })
}

async fn silent(desk: &Desk<'_>) -> Result<Found, StoreError> {
    let frame = desk.frame;
    let before = days_ago(desk, SILENT_DAYS).and_time(NaiveTime::MIN);
    let before = Shanghai.from_local_datetime(&before).earliest();
    let micros = before.map_or(0, |at| at.timestamp_micros());
    let (rows, total) = desk.listed(SILENT, &[Bound::Integer(micros), today(desk)]).await?;
    let row = |row: &Row| {
        let last = row.number(2).and_then(DateTime::from_timestamp_micros);
        let last = last.map(|at| at.with_timezone(&Shanghai).naive_local());
        let last = last.map(|at| frame.format().minute(at));
        vec![desk.site_cell(row.said(0), row.text(1)), Cell::text(frame.format().or_dash(last))]
    };
    Ok(Found {
        id: "silent",
        title: frame.t("today.silent").into(),
        class: "suspected",
        head: vec!["common.site", "today.last_act"],
        rows: rows.iter().map(row).collect(),
        total,
        more: None,
    })
}

async fn slips(desk: &Desk<'_>) -> Result<Found, StoreError> {
    let frame = desk.frame;
    let (rows, total) = desk.listed(SLIPS, &[today(desk)]).await?;
    let row = |row: &Row| {
        vec![
            desk.inspection_cell(row.said(0), row.said(1)),
            Cell::mark(row.said(2), frame.locale.word(row.said(2))),
            Cell::text(frame.locale.word(row.said(3))),
            desk.due_cell(row.said(5), row.day(4)),
            desk.site_cell(row.said(5), row.text(6)),
        ]
    };
    Ok(Found {
        id: "slips",
        title: frame.t("today.slips").into(),
        class: "suspected",
        head: vec!["today.slip", "today.colour", "today.flag", "case.due", "common.site"],
        rows: rows.iter().map(row).collect(),
        total,
        more: Some("/rectification".into()),
    })
}

async fn orders(desk: &Desk<'_>) -> Result<Found, StoreError> {
    let frame = desk.frame;
    let (rows, total) = desk.listed(ORDERS, &[today(desk)]).await?;
    let row = |row: &Row| {
        vec![
            desk.inspection_cell(row.said(0), row.said(1)),
            Cell::text(frame.locale.word(row.said(2))),
            desk.due_cell(row.said(4), row.day(3)),
            desk.site_cell(row.said(4), row.text(5)),
        ]
    };
    Ok(Found {
        id: "orders",
        title: frame.t("today.orders").into(),
        class: "overdue",
        head: vec!["today.order", "today.flag", "case.due", "common.site"],
        rows: rows.iter().map(row).collect(),
        total,
        more: Some("/rectification".into()),
    })
}

async fn appeals(desk: &Desk<'_>) -> Result<Found, StoreError> {
    let frame = desk.frame;
    let since = Bound::Day(days_ago(desk, APPEAL_DAYS));
    let (rows, total) = desk.listed(APPEALS, &[today(desk), since]).await?;
    let row = |row: &Row| {
        vec![
            Cell::mark(row.said(1), frame.locale.word(row.said(1)))
                .then(desk.card_cell(row.said(0))),
            Cell::text(frame.format().or_dash(row.day(2))),
            desk.due_cell(row.said(4), row.day(3)),
            desk.site_cell(row.said(4), row.text(5)),
        ]
    };
    Ok(Found {
        id: "appeals",
        title: frame.t("today.appeals").into(),
        class: "open",
        head: vec!["today.card", "today.appealed", "today.decide_by", "common.site"],
        rows: rows.iter().map(row).collect(),
        total,
        more: Some("/cards?appealed=open".into()),
    })
}

impl Desk<'_> {
    /// How many working days a limit of a site is overdue today.
    pub(super) fn working_days_overdue(&self, site: &str, due_on: NaiveDate) -> i64 {
        let today = self.frame.today;
        let Ok(site) = SiteCode::new(site) else { return (today - due_on).num_days() };
        let calendar = self.context.jurisdiction(&site).calendar;
        calendar.overdue(due_on, today).map_or((today - due_on).num_days(), i64::from)
    }

    /// A due day, marked where it has passed.
    pub(super) fn due_cell(&self, site: &str, due_on: Option<NaiveDate>) -> Cell {
        let format = self.frame.format();
        let cell = Cell::text(format.or_dash(due_on));
        match due_on.filter(|due| *due < self.frame.today) {
            Some(due) => {
                let days = format.working_days(self.working_days_overdue(site, due));
                let said = self.frame.locale.tf("case.overdue", &[&days]);
                cell.then(Cell::mark("overdue", said))
            }
            None => cell,
        }
    }
}
