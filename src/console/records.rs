//! 清單頁: the lists of supervision as pages, and one thing of a list with all that was done about
//! it. What a list holds is said in `lists`; here only which columns are shown, and how.

use serde_json::{Map, Value};
use tongjian_events::{SiteCode, StreamId, StreamKind};

use super::block::{Block, Cell, Field, FieldKind, Form, Page, Section, Table};
use super::desk::Desk;
use super::site::positions_of;
use super::steps;
use crate::lists::{self, List, Listed, Wanted};
use crate::store::StoreError;

/// 列: one column of a page.
#[derive(Debug)]
pub struct Column {
    /// The message that names it.
    pub head: &'static str,
    /// The column of the table.
    pub of: &'static str,
    /// How it is shown.
    pub shape: Shape,
}

/// How a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// As it is.
    Text,
    /// A word of the tables.
    Word,
    /// A word with the sign of its gravity.
    Mark,
    /// A day.
    Day,
    /// A day by which something is to be done, marked where it has passed and the other column is
    /// empty.
    Due(&'static str),
    /// A number of hundredths.
    Hundredths,
    /// A site.
    Site,
    /// A case.
    Case,
    /// The thing itself, at this address.
    Own(&'static str),
    /// Acts.
    Acts,
}

/// 一種清單: what a page shows of a list.
#[derive(Debug)]
pub struct View {
    /// The name of the list.
    pub list: &'static str,
    /// The message of its title.
    pub title: &'static str,
    /// The address of its page.
    pub path: &'static str,
    /// The name of the parameter that says where a page goes on.
    pub cursor: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
    /// The column that a filter offers, with its message and words.
    pub filter: Option<(&'static str, &'static str, &'static [&'static str])>,
}

/// How many lines a page holds.
pub const LIMIT: u32 = 50;

/// A section with a page of a list.
pub(super) async fn section(
    desk: &Desk<'_>,
    view: &'static View,
    listed: &Listed,
    carried: &str,
) -> Result<Section, StoreError> {
    let frame = desk.frame;
    let sites = listed.lines.iter().filter_map(|line| line.get("site")?.as_str());
    let names = desk.site_names(sites).await?;
    let name = |site: &str| names.get(site).cloned();
    let row = |line: &Map<String, Value>| {
        view.columns.iter().map(|column| cell(desk, line, column, &name)).collect()
    };
    let table = Table {
        head: view.columns.iter().map(|column| frame.t(column.head).to_owned()).collect(),
        rows: listed.lines.iter().map(row).collect(),
        none: frame.t("common.none").to_owned(),
        ..Table::default()
    };
    let section = Section::new(view.list, frame.t(view.title)).with(Block::Table(table));
    Ok(match &listed.next {
        Some(next) => {
            let next: String =
                form_urlencoded::byte_serialize(next.to_string().as_bytes()).collect();
            let href = format!("{}?{carried}{}={next}", view.path, view.cursor);
            section.leads(href, frame.t("common.next"))
        }
        None => section,
    })
}

/// The form by which a list is narrowed.
pub(super) fn form(desk: &Desk<'_>, view: &'static View, said: impl Fn(&str) -> String) -> Block {
    let frame = desk.frame;
    let site =
        Field::new("site", frame.t("common.site"), said("site"), FieldKind::Line(String::new()));
    let mut fields = vec![site];
    if let Some((column, label, words)) = view.filter {
        let all = (String::new(), frame.t("common.all").to_owned());
        let words = words.iter().map(|word| ((*word).to_owned(), frame.locale.word(word)));
        let choices = FieldKind::Choice(std::iter::once(all).chain(words).collect());
        fields.push(Field::new(column, frame.t(label), said(column), choices));
    }
    fields.push(Field::new("from", frame.t("records.from"), said("from"), FieldKind::Day));
    fields.push(Field::new("as_of", frame.t("cases.as_of"), said("as_of"), FieldKind::Day));
    let submit = frame.t("common.show").to_owned();
    Block::Form(Form { action: view.path.into(), fields, submit, ..Form::default() })
}

fn cell(
    desk: &Desk<'_>,
    line: &Map<String, Value>,
    column: &Column,
    name: &dyn Fn(&str) -> Option<String>,
) -> Cell {
    let (frame, format) = (desk.frame, desk.frame.format());
    let value = line.get(column.of).unwrap_or(&Value::Null);
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(_) => String::new(),
        _ => return Cell::text("—"),
    };
    match column.shape {
        Shape::Text => Cell::text(frame.locale.name(&text)),
        Shape::Word => Cell::text(frame.locale.word(&text)),
        Shape::Mark => Cell::mark(&text, frame.locale.word(&text)),
        Shape::Day => Cell::text(text),
        Shape::Due(done) => {
            let is_done = line.get(done).is_some_and(|done| !done.is_null());
            let site = line.get("site").and_then(Value::as_str).unwrap_or_default();
            match text.parse() {
                Ok(day) if !is_done => desk.due_cell(site, Some(day)),
                _ => Cell::text(text),
            }
        }
        Shape::Hundredths => {
            Cell::text(value.as_i64().map_or(text, |number| format.hundredths(number)))
        }
        Shape::Site => desk.site_cell(&text, name(&text).as_deref()),
        Shape::Case => desk.case_cell(&text),
        Shape::Own(of) => {
            let key = text.split_once('/').map_or(text.as_str(), |(_, name)| name);
            Cell::link(super::address(of, key), key)
        }
        Shape::Acts => super::acts_at(&positions_of(value)),
    }
}

/// 事物: one thing of a list, by its stream.
#[derive(Debug)]
pub struct Thing<'v> {
    /// Its stream.
    pub stream: StreamId,
    /// What the lists say of it, each with its view.
    pub lines: Vec<(&'v View, Listed)>,
}

impl Thing<'_> {
    /// Whether a list knows it, as far as the reader may see.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.lines.iter().any(|(_, listed)| !listed.lines.is_empty())
    }

    /// The lines of one view.
    pub fn lines_of(&self, view: &View) -> impl Iterator<Item = &Map<String, Value>> {
        let own = self.lines.iter().filter(|(of, _)| of.list == view.list);
        own.flat_map(|(_, listed)| &listed.lines)
    }

    /// The first value of a column.
    fn said(&self, column: &str) -> Option<&str> {
        let mut lines = self.lines.iter().flat_map(|(_, listed)| &listed.lines);
        lines.find_map(|line| line.get(column)?.as_str())
    }

    /// The site that it is about.
    #[must_use]
    pub fn site(&self) -> Option<SiteCode> {
        SiteCode::new(self.said("site")?).ok()
    }
}

/// The lines of the views that are about one stream.
///
/// # Errors
/// [`StoreError`].
pub async fn thing(
    desk: &Desk<'_>,
    stream: StreamId,
    views: &[&'static View],
) -> Result<Thing<'static>, StoreError> {
    let mut lines = Vec::new();
    for view in views {
        let Some(list) = lists::named(view.list) else { continue };
        let key = Some(stream.to_string());
        let wanted = Wanted { key, limit: 200, ..Wanted::default() };
        lines.push((*view, lists::page(desk.store, list, &wanted, desk.grant).await?));
    }
    Ok(Thing { stream, lines })
}

/// 事物頁: what the lists say of it, and every act about it.
///
/// # Errors
/// [`StoreError`].
pub async fn thing_page<'d>(
    desk: &Desk<'d>,
    thing: &Thing<'static>,
) -> Result<Page<'d>, StoreError> {
    let frame = desk.frame;
    let mut page = Page::new(frame, thing.stream.name());
    for (view, listed) in &thing.lines {
        match listed.lines.as_slice() {
            [] => {}
            [line] => page = page.with(facts(desk, view, line).await?),
            _ => page = page.with(section(desk, view, listed, "").await?),
        }
    }
    let version = desk.store.stream(&thing.stream, 0, 1_000).await?.len();
    let steps = match thing.stream.kind() {
        StreamKind::Card => steps::of_card(desk, thing, version),
        StreamKind::Inspection => steps::of_inspection(desk, thing, version),
        StreamKind::Complaint => steps::complaints::of_complaint(desk, thing, version),
        _ => Vec::new(),
    };
    page = steps.into_iter().fold(page, Page::with);
    let acts = super::chronicle::of_stream(desk, &thing.stream).await?;
    Ok(page.with(Section::new("acts", frame.t("case.acts")).with(Block::Table(acts))))
}

/// What a line says.
async fn facts(
    desk: &Desk<'_>,
    view: &'static View,
    line: &Map<String, Value>,
) -> Result<Section, StoreError> {
    let frame = desk.frame;
    let site = line.get("site").and_then(Value::as_str);
    let names = desk.site_names(site.into_iter()).await?;
    let name = |site: &str| names.get(site).cloned();
    let shown = |column: &'static Column| {
        (frame.t(column.head).to_owned(), cell(desk, line, column, &name))
    };
    let facts: Vec<(String, Cell)> = view.columns.iter().map(shown).collect();
    Ok(Section::new(view.list, frame.t(view.title)).with(Block::Facts(facts)))
}

/// A page of a list that the grant covers.
///
/// # Errors
/// [`StoreError`].
pub async fn listed(
    desk: &Desk<'_>,
    list: &'static List,
    wanted: Wanted,
) -> Result<Listed, StoreError> {
    lists::page(desk.store, list, &wanted, desk.grant).await
}

/// 清單頁: one or several lists, each a section, narrowed by one form.
///
/// # Errors
/// [`StoreError`].
pub async fn page<'d>(
    desk: &Desk<'d>,
    title: &str,
    found: &[(&'static View, Listed)],
    said: impl Fn(&str) -> String,
) -> Result<Page<'d>, StoreError> {
    let mut page = Page::new(desk.frame, desk.frame.t(title));
    if title == "nav.inspections" {
        page = page.lead(Cell::link("/inspect", desk.frame.t("writing.inspect")));
    }
    let mut carried = String::new();
    for name in ["site", "from", "as_of"] {
        let value = said(name);
        if !value.is_empty() {
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            carried.push_str(&format!("{name}={value}&"));
        }
    }
    if let Some((first, _)) = found.first() {
        if let Some((column, ..)) = first.filter {
            let value = said(column);
            if !value.is_empty() {
                let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
                carried.push_str(&format!("{column}={value}&"));
            }
        }
        page = page.with(Section::default().with(form(desk, first, &said)));
    }
    for (view, listed) in found {
        page = page.with(section(desk, view, listed, &carried).await?);
    }
    if title == "nav.complaints"
        && let Some(form) = steps::complaints::taken_down(desk)
    {
        page = page.lead(Cell::link("#take_down", desk.frame.t("complaints.taking_down")));
        page = page.with(form);
    }
    Ok(page)
}
