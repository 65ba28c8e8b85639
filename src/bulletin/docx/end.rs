//! 版記: subject words, to whom copies go, who printed it and when, between rules, at the foot of
//! the last page.

use super::head::halves;
use super::paragraph::Paragraph;
use super::{Element, Writer, style};
use crate::bulletin::layout::{
    self, Font, IMPRINT_RULE, IMPRINT_RULE_BETWEEN, LINE_PITCH, Length, MARGIN_LEFT, MARGIN_TOP,
    TYPE_HEIGHT, TYPE_WIDTH,
};
use crate::bulletin::sheet::Imprint;

/// A line of the imprint: what it says, and the rule above it.
struct Row {
    paragraph: Paragraph,
    above: Option<Length>,
    lines: i64,
}

impl Writer<'_> {
    /// The last elements of the text: a table that stands at the foot of its page, and the
    /// paragraph that holds it there.
    pub(super) fn imprint(&self, imprint: &Imprint) -> Vec<Element> {
        let font = self.sheet.profile.imprint();
        let mut rows = Vec::new();
        if let Some(subject) = &imprint.subject_words {
            let words = subject.words.join("　");
            let lines = lines_of(&format!("{}{words}", subject.label), layout::SUBJECT_WORDS);
            let paragraph = Paragraph::of("Imprint")
                .say_in(self, layout::SUBJECT_LABEL, &subject.label)
                .say_in(self, layout::SUBJECT_WORDS, &words);
            rows.push(Row { paragraph, above: None, lines });
        }
        if let Some(copies) = &imprint.copies_to {
            let copies = format!("　{copies}");
            let paragraph = Paragraph::of("Imprint").say_in(self, font, &copies);
            rows.push(Row { paragraph, above: Some(IMPRINT_RULE), lines: lines_of(&copies, font) });
        }
        let above = if imprint.copies_to.is_some() { IMPRINT_RULE_BETWEEN } else { IMPRINT_RULE };
        let stop = Element::of("w:tab", "right").number("w:pos", TYPE_WIDTH.twips());
        let paragraph = Paragraph::of("Imprint")
            .with(Element::new("w:tabs").child(stop))
            .say_in(self, font, &format!("　{}", imprint.printed_by))
            .tab()
            .say_in(self, font, &format!("{}　", imprint.printed_on));
        rows.push(Row { paragraph, above: Some(above), lines: 1 });
        vec![table(rows), holder()]
    }
}

/// On how many lines a text stands.
fn lines_of(text: &str, font: Font) -> i64 {
    let in_line = TYPE_WIDTH.emu() * 2 / font.size.emu();
    (halves(text) + in_line - 1) / in_line.max(1)
}

fn table(rows: Vec<Row>) -> Element {
    let lines: i64 = rows.iter().map(|row| row.lines).sum();
    let last = rows.len();
    let rows = (1..).zip(rows).map(|(number, row)| {
        let mut borders = Element::new("w:tcBorders");
        if let Some(above) = row.above {
            borders = borders.child(rule("w:top", above));
        }
        if number == last {
            borders = borders.child(rule("w:bottom", IMPRINT_RULE));
        }
        let properties = Element::new("w:tcPr").child(width("w:tcW")).child(borders);
        let cell = Element::new("w:tc").child(properties).child(row.paragraph.done());
        let uncut = Element::new("w:trPr").child(Element::new("w:cantSplit"));
        Element::new("w:tr").child(uncut).child(cell)
    });
    let column = Element::new("w:gridCol").number("w:w", TYPE_WIDTH.twips());
    Element::new("w:tbl")
        .child(properties(lines))
        .child(Element::new("w:tblGrid").child(column))
        .children(rows)
}

/// So many lines above the foot of the type area.
fn properties(lines: i64) -> Element {
    let top = MARGIN_TOP.twips() + TYPE_HEIGHT.twips() - LINE_PITCH.twips() * lines;
    let place = Element::new("w:tblpPr")
        .with("w:leftFromText", "0")
        .with("w:rightFromText", "0")
        .with("w:vertAnchor", "page")
        // Against the edge of the page: one as wide as the text would not float in LibreOffice.
        .with("w:horzAnchor", "page")
        .number("w:tblpX", MARGIN_LEFT.twips())
        .number("w:tblpY", top);
    let none = |side| Element::new(side).with("w:w", "0").with("w:type", "dxa");
    Element::new("w:tblPr")
        .child(place)
        .child(Element::of("w:tblOverlap", "never"))
        .child(width("w:tblW"))
        .child(Element::new("w:tblLayout").with("w:type", "fixed"))
        .child(Element::new("w:tblCellMar").children([none("w:left"), none("w:right")]))
}

fn width(name: &'static str) -> Element {
    Element::new(name).number("w:w", TYPE_WIDTH.twips()).with("w:type", "dxa")
}

/// A rule; its thickness is told in eighths of a point.
fn rule(side: &'static str, thick: Length) -> Element {
    Element::of(side, "single")
        .number("w:sz", (thick.emu() * 8 + 6_350) / 12_700)
        .with("w:space", "0")
        .with("w:color", "000000")
}

/// A paragraph of almost no height.
fn holder() -> Element {
    Paragraph::of("Normal").with(style::lines(20)).done()
}
