//! 規則: the policies in force, their editions, and what each changed of the one before.

use serde_json::Value;

use super::block::{Block, Cell, Page, Piece, Section, Table};
use super::desk::Desk;
use crate::policy::{self, Adopted, PolicyError};

/// The longest value that a difference shows, in characters.
const LONGEST: usize = 200;

/// 規則頁: every policy with the edition in force.
///
/// # Errors
/// [`PolicyError`].
pub async fn all<'d>(desk: &Desk<'d>) -> Result<Page<'d>, PolicyError> {
    let frame = desk.frame;
    let mut rows = Vec::new();
    for name in policy::adopted_names(desk.store).await? {
        let adopted = policy::adoptions(desk.store, &name, u64::MAX).await?;
        let held = policy::in_force(&adopted, frame.today);
        let cell = |of: Option<Cell>| of.unwrap_or_else(|| Cell::text("—"));
        rows.push(vec![
            Cell::link(super::address("policies", &name), &name),
            cell(held.map(|held| Cell::text(held.edition))),
            cell(held.map(|held| Cell::text(frame.format().day(held.from)))),
            Cell::text(adopted.len()),
            cell(held.map(|held| super::acts_at(&[held.position]))),
        ]);
    }
    let head = [
        "policies.name",
        "policies.edition",
        "policies.in_force",
        "policies.adoptions",
        "case.grounds",
    ];
    let table = Table {
        head: head.iter().map(|key| frame.t(key).to_owned()).collect(),
        rows,
        none: frame.t("common.none").to_owned(),
        ..Table::default()
    };
    let section = Section::default().with(Block::Table(table));
    Ok(Page::new(frame, frame.t("nav.policies")).with(section))
}

/// 一項規則: its text in force, and what each edition changed.
///
/// # Errors
/// [`PolicyError`].
pub async fn one<'d>(desk: &Desk<'d>, name: &str) -> Result<Page<'d>, PolicyError> {
    let frame = desk.frame;
    let adopted = policy::adoptions(desk.store, name, u64::MAX).await?;
    let mut page = Page::new(frame, name);
    if let Some(held) = policy::in_force(&adopted, frame.today) {
        let text = serde_json::to_string_pretty(&held.body).unwrap_or_default();
        let title = frame.locale.tf("policies.stands", &[&held.edition, &held.from]);
        let section = Section::new("stands", title);
        page = page.with(
            section.with(Block::Text(super::acts_at(&[held.position]))).with(Block::Pre(text)),
        );
    }
    for pair in adopted.windows(2).rev() {
        if let [before, after] = pair {
            page = page.with(difference(desk, before, after));
        }
    }
    Ok(page)
}

fn difference(desk: &Desk<'_>, before: &Adopted, after: &Adopted) -> Section {
    let frame = desk.frame;
    let row = |(place, stands, says): &(String, Value, Value)| {
        vec![Cell::text(place), Cell(vec![Piece::Struck(short(stands))]), Cell::text(short(says))]
    };
    let changed = policy::differences(&before.body, &after.body);
    let head = ["policies.place", "policies.before", "policies.after"];
    let table = Table {
        head: head.iter().map(|key| frame.t(key).to_owned()).collect(),
        rows: changed.iter().map(row).collect(),
        none: frame.t("policies.same").to_owned(),
        ..Table::default()
    };
    let title =
        frame.locale.tf("policies.changed", &[&before.edition, &after.edition, &after.from]);
    Section::new("", title)
        .with(Block::Text(super::acts_at(&[after.position])))
        .with(Block::Table(table))
}

/// A value, cut where it is long; nothing where there is none.
fn short(value: &Value) -> String {
    let text = match value {
        Value::Null => return "—".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}
