//! 正文各章: what each section says, from the book of figures. The order is that of the offices:
//! how it went, how the limits were kept, cards, flags, complaints, money, data, ranking, cases,
//! what is to be put right.

mod basics;
mod cards;
mod deadlines;
mod flags;
mod people;
mod quality;
mod ranking;
mod rectification;
mod sentence;
mod typical;

use super::content::{Block, Run, Section, Table, TableCell, TableColumn, Unit};
use super::figures::{Book, Place, Wanted};
use super::gathered::Gathered;

/// The sections of the text and the annexes.
pub(super) fn all(book: &mut Book, gathered: &Gathered) -> (Vec<Section>, Vec<Section>) {
    let text = vec![
        basics::section(book, gathered),
        deadlines::section(book, gathered),
        cards::section(book, gathered),
        flags::section(book, gathered),
        people::complaints(book, gathered),
        people::fees(book),
        quality::section(book, gathered),
        ranking::section(book, gathered),
        typical::section(gathered),
        rectification::section(book, gathered),
    ];
    let annexes = vec![
        basics::annex(book, gathered),
        flags::annex(book, gathered),
        ranking::annex(book, gathered),
        rectification::annex(gathered),
    ];
    let told = |section: &Section| !section.blocks.is_empty();
    (text, annexes.into_iter().filter(told).collect())
}

fn named(code: &str, heading: &str, blocks: Vec<Block>) -> Section {
    Section { code: code.into(), heading: heading.into(), blocks }
}

fn paragraph(runs: Vec<Run>) -> Block {
    Block::Paragraph { runs }
}

fn words(text: impl Into<String>) -> Block {
    Block::Paragraph { runs: vec![Run::Text(text.into())] }
}

/// A column of figures.
struct Counted<'c> {
    heading: &'c str,
    unit: Unit,
    wanted: Wanted,
}

/// A table with a row for each place and one for all of them.
fn by_place(
    book: &mut Book,
    (code, caption): (&str, &str),
    places: &[Place],
    columns: &[Counted<'_>],
) -> Table {
    let mut rows = Vec::new();
    for place in places {
        let mut row = vec![TableCell::Text(place.name.clone())];
        for column in columns {
            row.push(TableCell::Figure(book.put(column.wanted.clone().at(place))));
        }
        rows.push(row);
    }
    let mut total = vec![TableCell::Text("合計".into())];
    for column in columns {
        total.push(TableCell::Figure(book.put(column.wanted.clone())));
    }
    rows.push(total);
    Table {
        code: code.into(),
        caption: caption.into(),
        columns: headings("單位", 4, columns.iter().map(|c| (c.heading, c.unit))),
        rows,
    }
}

/// A first column of words and columns of figures, each with its unit in its heading.
fn headings<'h>(
    first: &str,
    width: u32,
    figures: impl Iterator<Item = (&'h str, Unit)>,
) -> Vec<TableColumn> {
    let first = TableColumn { heading: first.into(), unit: None, width };
    let figures = figures.map(|(heading, unit)| TableColumn {
        heading: format!("{heading}({})", unit.words()),
        unit: Some(unit),
        width: 2,
    });
    std::iter::once(first).chain(figures).collect()
}

fn text_column(heading: &str, width: u32) -> TableColumn {
    TableColumn { heading: heading.into(), unit: None, width }
}
