//! XLSX: the tables of a letter as a workbook of typed cells, and every figure with what it is the
//! answer to. Nothing in it is a formula: what was typed in as one stays text.

mod book;
mod cell;
mod figures;

use super::letter::{Letter, Script};
use super::office::{self, Element, OfficeError};
use super::sheet::{Element as Item, Holds, Sheet, SheetChart, SheetTable};
use book::{Book, Page};
use cell::Cell;

pub(super) use cell::column;

/// A letter's workbook: what its figures follow from, each of its tables, all its figures.
///
/// # Errors
///
/// When the words of the script cannot be read, or the file grows past what a zip holds.
pub fn write(letter: &Letter, script: Script) -> Result<Vec<u8>, OfficeError> {
    let sheet = Sheet::of(letter, script)?;
    let mut book = Book::default();
    book.put(basis(&sheet));
    for item in &sheet.elements {
        if let Item::Table(table) = item {
            book.put(of_table(table, letter));
        }
    }
    book.put(figures::page(letter));
    let mut package = book.package();
    let relation = office::attach(&mut package, letter);
    package.relate("xl/workbook.xml", relation);
    package.put(office::core_properties(&sheet, letter));
    package.relations.push(office::Relation::new("rId2", "core-properties", "docProps/core.xml"));
    package.bytes()
}

/// The numbers of a chart, for the one who changes its form.
pub(super) fn of_chart(chart: &SheetChart) -> Result<Vec<u8>, OfficeError> {
    let mut page = Page::named("figures");
    let names = chart.series.iter().map(|series| Cell::heading(&series.name));
    page.rows.push(std::iter::once(Cell::Empty).chain(names).collect());
    for (place, category) in chart.categories.iter().enumerate() {
        let points = chart.series.iter().map(|series| match series.points.get(place) {
            Some(point) if point.value.is_some() => Cell::Written(point.text.clone()),
            _ => Cell::Empty,
        });
        page.rows.push(std::iter::once(Cell::text(category)).chain(points).collect());
    }
    let mut book = Book::default();
    book.put(page);
    book.package().bytes()
}

/// 數據依據, with the number and the title.
fn basis(sheet: &Sheet) -> Page {
    let heading = sheet.elements.iter().find_map(|item| match item {
        Item::Basis(basis) => Some(basis.heading.as_str()),
        _ => None,
    });
    let mut page = Page::named(heading.unwrap_or_default());
    let mut put = |label: &str, value: &str| {
        page.rows.push(vec![Cell::heading(label), Cell::text(value)]);
    };
    put(&sheet.author, &sheet.title);
    for item in &sheet.elements {
        match item {
            Item::Number(number) => put("", number),
            Item::Basis(basis) => {
                put(&basis.heading, sheet.watermark.as_deref().unwrap_or_default());
                basis.lines.iter().for_each(|line| put(&line.label, &line.value));
            }
            _ => {}
        }
    }
    page
}

fn of_table(table: &SheetTable, letter: &Letter) -> Page {
    let mut page = Page::named(&table.caption);
    page.rows.push(table.columns.iter().map(|column| Cell::heading(&column.heading)).collect());
    for row in &table.rows {
        let cells = row.iter().map(|cell| match &cell.holds {
            Holds::Nothing => Cell::Empty,
            Holds::Words => Cell::text(&cell.text),
            Holds::Day(day) => Cell::Day(*day),
            Holds::Figure { id, value } => match (letter.content.figure(id), value) {
                (Some(figure), Some(value)) => Cell::Amount(figure.unit, *value),
                _ => Cell::text(&cell.text),
            },
        });
        page.rows.push(cells.collect());
    }
    page
}
