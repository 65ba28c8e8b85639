//! 表格: a table whose head stands on every page it runs over, and whose rows are not split.

use super::paragraph::Paragraph;
use super::{Element, Writer};
use crate::bulletin::layout::TYPE_WIDTH;
use crate::bulletin::sheet::{Holds, SheetColumn, SheetTable};

/// Thickness of the lines, in eighths of a point.
const LINE: &str = "4";
/// What is free at the sides of a cell, in twips: as little as leaves three characters of ten
/// columns a line.
const SIDE: &str = "40";

impl Writer<'_> {
    pub(super) fn table(&self, table: &SheetTable) -> Element {
        let widths = widths(&table.columns);
        let grid = Element::new("w:tblGrid")
            .children(widths.iter().map(|width| Element::new("w:gridCol").number("w:w", *width)));
        let head = table.columns.iter().zip(&widths).map(|(column, width)| {
            let said = Paragraph::of("TableHead").kept(true);
            cell(*width, said.say(self, &column.heading).done())
        });
        let head = row(true).children(head);
        let (whole, last) = (table.is_small(), table.rows.len());
        let rows = table.rows.iter().enumerate().map(|(place, cells)| {
            // No page holds less than three rows of a table that is broken.
            let ends = place < 2 || place + 3 >= last;
            let kept = (whole || ends) && place + 1 < last;
            let places = table.columns.iter().zip(&widths).zip(cells);
            row(false).children(places.map(|((column, width), said)| {
                let number = matches!(said.holds, Holds::Figure { .. }) || column.is_numeric();
                let style = if number { "TableNumber" } else { "TableText" };
                let paragraph = Paragraph::of(style).kept(kept);
                cell(*width, paragraph.say(self, &said.text).done())
            }))
        });
        Element::new("w:tbl")
            .child(properties(&table.caption))
            .child(grid)
            .child(head)
            .children(rows)
    }
}

fn properties(caption: &str) -> Element {
    let borders = ["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"];
    let borders = borders.map(|side| {
        Element::of(side, "single")
            .with("w:sz", LINE)
            .with("w:space", "0")
            .with("w:color", "000000")
    });
    Element::new("w:tblPr")
        .child(width("w:tblW", TYPE_WIDTH.twips()))
        .child(Element::of("w:jc", "center"))
        .child(Element::new("w:tblBorders").children(borders))
        .child(Element::new("w:tblLayout").with("w:type", "fixed"))
        .child(sides())
        .child(Element::of("w:tblLook", "0020").with("w:firstRow", "1"))
        .child(Element::of("w:tblCaption", caption.to_owned()))
}

/// LibreOffice takes them from no style.
fn sides() -> Element {
    let side = |name| Element::new(name).with("w:w", SIDE).with("w:type", "dxa");
    Element::new("w:tblCellMar").child(side("w:left")).child(side("w:right"))
}

fn row(head: bool) -> Element {
    let mut properties = Element::new("w:trPr").child(Element::new("w:cantSplit"));
    if head {
        properties = properties.child(Element::new("w:tblHeader"));
    }
    Element::new("w:tr").child(properties)
}

fn cell(twips: i64, paragraph: Element) -> Element {
    let properties = Element::new("w:tcPr")
        .child(width("w:tcW", twips))
        .child(Element::of("w:vAlign", "center"));
    Element::new("w:tc").child(properties).child(paragraph)
}

fn width(name: &'static str, twips: i64) -> Element {
    Element::new(name).number("w:w", twips).with("w:type", "dxa")
}

/// The columns' widths, which fill the line: the last one has what rounding left.
fn widths(columns: &[SheetColumn]) -> Vec<i64> {
    let mut widths: Vec<i64> =
        columns.iter().map(|column| column.of(TYPE_WIDTH, columns).twips()).collect();
    let left = TYPE_WIDTH.twips() - widths.iter().sum::<i64>();
    if let Some(last) = widths.last_mut() {
        *last += left;
    }
    widths
}
