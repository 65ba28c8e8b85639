//! 通報: the bulletins, one with its course, and its figures down to the acts.

use serde_json::Value;

use super::block::{Block, Cell, Field, FieldKind, Form, Page, Section, Table};
use super::desk::Desk;
use super::locale::Locale;
use crate::access::Right;
use crate::bulletin::content::{Content, Figure, Over};
use crate::bulletin::queries;
use crate::bulletin::summary::History;
use crate::bulletin::trace::Traced;
use crate::lists::Listed;

/// The formats that a letter is offered in.
const FORMATS: [&str; 6] = ["html", "docx", "xlsx", "pdf", "md", "json"];

/// How many figures stand on a page.
const FIGURES: usize = 200;

fn text<'l>(line: &'l serde_json::Map<String, Value>, column: &str) -> &'l str {
    line.get(column).and_then(Value::as_str).unwrap_or_default()
}

/// 通報頁: the latest first.
#[must_use]
pub fn all<'d>(desk: &Desk<'d>, listed: &Listed) -> Page<'d> {
    let frame = desk.frame;
    let row = |line: &serde_json::Map<String, Value>| {
        let name = text(line, "key").strip_prefix("bulletin/").unwrap_or_default();
        let number = line.get("serial_no").and_then(Value::as_i64);
        let year = line.get("year").and_then(Value::as_i64).unwrap_or_default();
        vec![
            Cell::link(super::address("bulletins", name), frame.locale.name(text(line, "title"))),
            Cell::text(frame.locale.word(text(line, "kind"))),
            Cell::text(format!("{} – {}", text(line, "from_on"), text(line, "until_on"))),
            desk.site_cell(text(line, "scope"), None),
            Cell::mark(
                if text(line, "standing") == "issued" { "good" } else { "open" },
                frame.locale.word(text(line, "standing")),
            ),
            number.map_or_else(|| Cell::text("—"), |no| Cell::text(format!("〔{year}〕{no}"))),
            Cell::text(
                frame.format().or_dash(Some(text(line, "issued_on")).filter(|on| !on.is_empty())),
            ),
        ]
    };
    let head = [
        "bulletins.title",
        "records.kind",
        "bulletins.period",
        "common.site",
        "common.state",
        "bulletins.number",
        "bulletins.issued",
    ];
    let table = Table {
        head: head.iter().map(|key| frame.t(key).to_owned()).collect(),
        rows: listed.lines.iter().map(row).collect(),
        none: frame.t("common.none").to_owned(),
        ..Table::default()
    };
    let section = Section::default().with(Block::Table(table));
    let section = match &listed.next {
        Some(next) => {
            let next: String =
                form_urlencoded::byte_serialize(next.to_string().as_bytes()).collect();
            section.leads(format!("/bulletins?cursor={next}"), frame.t("common.next"))
        }
        None => section,
    };
    let page = Page::new(frame, frame.t("nav.bulletins")).with(section);
    match desk.grant.has(Right::Publish) {
        true => page.with(super::writing::draft(frame)),
        false => page,
    }
}

/// 一份通報: how far it has come, and where it is read.
#[must_use]
pub fn one<'d>(desk: &Desk<'d>, history: &History) -> Page<'d> {
    let (frame, format) = (desk.frame, desk.frame.format());
    let summary = &history.summary;
    let row = |key: &str, cell: Cell| (frame.t(key).to_owned(), cell);
    let standing = serde_json::to_value(summary.standing).unwrap_or_default();
    let standing = standing.as_str().unwrap_or_default().to_owned();
    let (from, until) = (summary.period.from_on, summary.period.until_on);
    let mut facts = vec![
        row(
            "common.state",
            Cell::mark(
                if standing == "issued" { "good" } else { "open" },
                frame.locale.word(&standing),
            ),
        ),
        row("bulletins.number", Cell::text(format.or_dash(summary.number.as_ref()))),
        row("bulletins.period", Cell::text(format!("{from} – {until}"))),
        row("common.site", desk.site_cell(&summary.scope, None)),
        row("bulletins.drafted_by", Cell::text(&history.drafted_by)),
    ];
    if let Some(review) = &history.review {
        let verdict = serde_json::to_value(review.verdict).unwrap_or_default();
        let verdict = frame.locale.word(verdict.as_str().unwrap_or_default());
        let cell = Cell::text(format!("{} · {verdict}", review.by));
        let remarks = review.remarks.clone().unwrap_or_default();
        facts.push(row("bulletins.reviewed_by", cell.soft(remarks)));
    }
    facts.push(row("bulletins.signed_by", Cell::text(format.or_dash(history.signed_by.as_ref()))));
    facts.push(row("bulletins.issued", Cell::text(format.or_dash(summary.issued_on))));
    facts.push(row("bulletins.basis", super::acts_at(&[summary.until_position])));
    let receipts = format!("{} / {}", summary.delivered, summary.read);
    facts.push(row("bulletins.delivered", Cell::text(receipts)));
    let own = super::address("bulletins", &summary.id);
    let reads = FORMATS.map(|of| Cell::link(format!("/v1{own}?format={of}"), of.to_uppercase()));
    let reads = reads.into_iter().fold(Cell::default(), Cell::then);
    let errata = history.corrected.iter().map(|erratum| {
        Cell::text(format!("{}. {} {}", erratum.no, erratum.on, erratum.reason))
            .soft(erratum.corrections.join("; "))
    });
    let errata: Vec<Cell> = errata.collect();
    let mut page = Page::new(frame, frame.locale.name(&summary.title))
        .with(Section::default().with(Block::Facts(facts)))
        .with(Section::new("read", frame.t("bulletins.read")).with(Block::Text(reads)))
        .with(
            Section::new("figures", frame.t("bulletins.figures"))
                .leads(format!("{own}/figures"), frame.t("bulletins.trace")),
        );
    if desk.grant.has(Right::Publish)
        && let Some(step) = super::writing::bulletin(frame, history)
    {
        page = page.with(step);
    }
    if !errata.is_empty() {
        page = page
            .with(Section::new("errata", frame.t("bulletins.errata")).with(Block::List(errata)));
    }
    page
}

/// What a figure counts, in the words of its query.
fn counts(locale: Locale, what: &str) -> String {
    let (chinese, english) = what.split_once(": ").unwrap_or((what, what));
    if locale.is_chinese() {
        locale.name(chinese)
    } else {
        english.trim_end_matches('.').to_owned()
    }
}

/// What a figure is called: what it counts, of which parts, over which other period.
fn called(locale: Locale, figure: &Figure) -> String {
    let what = queries::named(&figure.query).map_or("", |query| query.what());
    let what = counts(locale, what);
    let parts = figure.parts.iter().map(|part| locale.word(part));
    let over = match figure.over {
        Over::Current => None,
        Over::Previous => Some(locale.t("bulletins.previous")),
        Over::YearBefore => Some(locale.t("bulletins.year_before")),
        Over::Earlier => Some(locale.t("bulletins.earlier")),
    };
    let said = std::iter::once(what).chain(parts).chain(over.map(ToOwned::to_owned));
    said.collect::<Vec<_>>().join(" · ")
}

/// Its number as a bulletin writes it; in English without the unit.
fn value(locale: Locale, figure: &Figure) -> String {
    if locale.is_chinese() { locale.name(&figure.in_words()) } else { figure.bare() }
}

/// 數字: the figures of a bulletin whose names hold a text, page by page, each leading to what it was
/// made of.
#[must_use]
pub fn figures<'d>(
    desk: &Desk<'d>,
    id: &str,
    content: &Content,
    (sought, skip): (&str, usize),
) -> Page<'d> {
    let frame = desk.frame;
    let own = super::address("bulletins", id);
    let is_sought = |(name, figure): &(&String, &Figure)| {
        name.contains(sought) || called(frame.locale, figure).contains(sought)
    };
    let found = || content.figures.iter().filter(is_sought);
    let beyond = skip.saturating_add(FIGURES);
    let row = |(name, figure): (&String, &Figure)| {
        let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let at = format!("{own}/figures/{}", encoded.replace('+', "%20"));
        vec![
            Cell::link(at, called(frame.locale, figure)).soft(name),
            Cell::text(value(frame.locale, figure)),
            Cell::text(figure.lines),
            desk.site_cell(figure.site.as_str(), None),
        ]
    };
    let head = ["bulletins.figure", "bulletins.value", "bulletins.lines", "common.site"];
    let table = Table {
        head: head.iter().map(|key| frame.t(key).to_owned()).collect(),
        rows: found().skip(skip).take(FIGURES).map(row).collect(),
        none: frame.t("common.none").to_owned(),
        ..Table::default()
    };
    let named = FieldKind::Line("cases_received".into());
    let form = Form {
        action: format!("{own}/figures"),
        fields: vec![Field::new("q", frame.t("bulletins.figure"), sought, named)],
        submit: frame.t("frame.find").to_owned(),
        ..Form::default()
    };
    let mut section = Section::default().with(Block::Form(form)).with(Block::Table(table));
    if found().nth(beyond).is_some() {
        let sought: String = form_urlencoded::byte_serialize(sought.as_bytes()).collect();
        section = section.leads(format!("?q={sought}&skip={beyond}"), frame.t("common.next"));
    }
    Page::new(frame, frame.t("bulletins.figures")).lead(Cell::link(own, id)).with(section)
}

/// 溯源: what one figure was made of.
#[must_use]
pub fn traced<'d>(desk: &Desk<'d>, id: &str, traced: &Traced) -> Page<'d> {
    let frame = desk.frame;
    let own = super::address("bulletins", id);
    let row = |line: &crate::bulletin::trace::TracedLine| {
        vec![
            super::site::stream_cell(desk, &line.object),
            line.site.as_deref().map_or_else(|| Cell::text("—"), |site| desk.site_cell(site, None)),
            Cell::text(frame.locale.word(&line.part)),
            Cell::text(frame.format().or_dash(line.amount)),
            super::acts_at(&line.acts),
        ]
    };
    let head = ["site.stream", "common.site", "bulletins.part", "bulletins.amount", "case.grounds"];
    let table = Table {
        caption: counts(frame.locale, traced.what),
        head: head.iter().map(|key| frame.t(key).to_owned()).collect(),
        rows: traced.lines.iter().map(row).collect(),
        none: frame.t("common.none").to_owned(),
    };
    let section = Section::default().with(Block::Table(table));
    let section = match traced.next {
        Some(next) => section.leads(format!("?skip={next}"), frame.t("common.next")),
        None => section,
    };
    let (called, value) =
        (called(frame.locale, &traced.figure), value(frame.locale, &traced.figure));
    Page::new(frame, format!("{called} = {value}"))
        .lead(Cell::link(format!("{own}/figures"), id).soft(&traced.name))
        .with(section)
}
